using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Benchmarks.Fhir;
using ZstdSharp.Unsafe;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Kept;

/// <summary>
/// Makes the dictionary that kept bytes are compressed with (Store/Kept/usual.zdict): the usual text, and before it how often
/// letters and lengths come, counted on resources of Synthea. Stores in the field are read with the one that is there, so what this
/// makes is never put in its place; it would be the dictionary of another encoding.
/// </summary>
public static class DictionaryMaking
{
    private const int Samples = 4_000;

    /// <summary>What a laboratory result is shorter than; longer ones have statistics of their own.</summary>
    private const int MaxSample = 4_096;

    /// <summary>The level that texts are compressed with.</summary>
    private const int Level = 3;

    /// <summary>Room for the statistics.</summary>
    private const int MaxStatistics = 2_000;

    /// <param name="text">The usual text.</param>
    /// <param name="archive"><c>synthea-r4-dev.tar.gz</c>: Bundles.</param>
    public static async Task Run(string text, string archive, string output, CancellationToken cancellationToken)
    {
        var samples = await Read(archive, cancellationToken);
        var dictionary = Of(await File.ReadAllBytesAsync(text, cancellationToken), samples);
        await File.WriteAllBytesAsync(output, dictionary, cancellationToken);
        Console.WriteLine(Text($"{dictionary.Length} bytes by {samples.Count} resources"));
    }

    // Resources spread over all patients; a quarter of them with blanks, as some senders write.
    private static async Task<List<byte[]>> Read(string archive, CancellationToken cancellationToken)
    {
        var all = new List<JsonNode>();
        await using var file = File.OpenRead(archive);
        await using var opened = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(opened);
        while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            if (entry.DataStream is null || !entry.Name.EndsWith(".json", StringComparison.Ordinal)) continue;
            var bundle = await JsonNode.ParseAsync(entry.DataStream, cancellationToken: cancellationToken);
            all.AddRange(bundle?["entry"]?.AsArray().Select(one => one?["resource"]).OfType<JsonNode>() ?? []);
        }

        var random = new Random(2);
        var compact = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return [.. all.Select(resource => resource.ToJsonString(compact)).Where(json => json.Length <= MaxSample)
            .OrderBy(_ => random.Next()).Take(Samples).Select((json, place) => System.Text.Encoding.UTF8.GetBytes(place % 4 == 0 ? Spaced(json) : json))];
    }

    private static string Spaced(string json) => json.Replace("\":", "\": ", StringComparison.Ordinal).Replace(",\"", ", \"", StringComparison.Ordinal);

    private static unsafe byte[] Of(byte[] text, List<byte[]> samples)
    {
        var whole = samples.SelectMany(sample => sample).ToArray();
        var lengths = samples.Select(sample => (nuint)sample.Length).ToArray();
        var made = new byte[text.Length + MaxStatistics];
        fixed (byte* into = made, words = text, all = whole)
        fixed (nuint* each = lengths)
        {
            var length = Methods.ZDICT_finalizeDictionary(
                into, (nuint)made.Length, words, (nuint)text.Length, all, each, (uint)lengths.Length, new ZDICT_params_t { compressionLevel = Level });
            if (Methods.ZDICT_isError(length)) throw new InvalidOperationException(Methods.ZDICT_getErrorName(length));
            return made[..(int)length];
        }
    }
}
