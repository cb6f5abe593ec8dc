using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

internal enum FhirInputKind
{
    Json,
    Xml,
    Ndjson,
}

/// <summary>
/// One file, or standard input for <c>-</c>; whether it is JSON, XML or NDJSON is seen from its content. One resource has at most
/// 256 MB, an NDJSON line or a bundle entry 16 MB; an NDJSON file or a bundle may be of any size, standard input at most 256 MB.
/// </summary>
internal sealed class FhirInput : IAsyncDisposable
{
    // Enough of a larger file to see what it is: the longest line that NDJSON may have.
    private const int MaxPeek = NdjsonReader.MaxLineBytes;

    private readonly Stream stream;

    private FhirInput(string name, Stream stream, ReadOnlyMemory<byte> bytes, bool isWhole)
        => (Name, this.stream, Bytes, IsWhole, Kind) = (name, stream, bytes, isWhole, KindOf(name, bytes.Span));

    /// <summary>The path as given; <c>-</c> for standard input.</summary>
    public string Name { get; }

    public FhirInputKind Kind { get; }

    /// <summary>The whole input, or its beginning where it is larger than a resource may be.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public bool IsWhole { get; }

    public static async Task<FhirInput> Open(string path, CancellationToken cancellationToken)
    {
        try
        {
            var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            var isLarge = stream.CanSeek && stream.Length > Resource.MaxBytes;
            var bytes = await Read(stream, isLarge ? MaxPeek : Resource.MaxBytes + 1, cancellationToken);
            if (bytes.Length > Resource.MaxBytes)
                throw new Problem(ProblemKind.TooLarge, $"more than {Resource.MaxBytes} bytes; write them to a file, which NDJSON and bundles are read from piece by piece", path);
            return new FhirInput(path, stream, bytes, !isLarge);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Problem(ProblemKind.NotFound, "there is no such file", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Problem(ProblemKind.Invalid, Directory.Exists(path) ? "this is a folder; name its files" : "the file cannot be read; is it yours to read?", path, e);
        }
    }

    /// <summary>The input from its beginning.</summary>
    public Stream FromStart()
    {
        if (IsWhole)
            return new MemoryStream(Bytes.ToArray(), writable: false);
        stream.Position = 0;
        return stream;
    }

    /// <summary>The one resource that the input is.</summary>
    public Resource Single()
    {
        if (Kind == FhirInputKind.Ndjson)
            throw new Problem(ProblemKind.Invalid, "this is NDJSON with many resources; give one of its lines", Name);
        if (!IsWhole)
            throw new Problem(ProblemKind.TooLarge, $"a resource may have {Resource.MaxBytes} bytes; split the bundle", Name);
        try
        {
            return Kind == FhirInputKind.Xml ? Resource.ParseXml(Bytes) : Resource.ParseJson(Bytes);
        }
        catch (FhirFormatException e)
        {
            throw Refusal.Of(e, Name);
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static async Task<ReadOnlyMemory<byte>> Read(Stream stream, int most, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var block = new byte[81920];
        int length;
        while (read.Length < most && (length = await stream.ReadAsync(block.AsMemory(0, (int)Math.Min(block.Length, most - read.Length)), cancellationToken)) > 0)
            read.Write(block, 0, length);
        return read.ToArray();
    }

    private static FhirInputKind KindOf(string name, ReadOnlySpan<byte> bytes)
    {
        var text = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).Trim(" \t\r\n"u8);
        if (text.IsEmpty)
            throw new Problem(ProblemKind.Invalid, "the input is empty; a FHIR resource as JSON, XML or NDJSON belongs there", name);
        if (text[0] == '<')
            return FhirInputKind.Xml;
        if (text[0] != '{')
            throw new Problem(ProblemKind.Invalid, "this is neither JSON nor XML; a resource begins with { or <", $"{name}:1:1");
        var end = text.IndexOf((byte)'\n');
        // "}" and then "{" on the next line occurs in no JSON document, only between two of them.
        var hasNext = end > 0 && text[..end].TrimEnd(" \t\r"u8)[^1] == '}' && text[end..].TrimStart(" \t\r\n"u8)[0] == '{';
        return hasNext || name.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase) ? FhirInputKind.Ndjson : FhirInputKind.Json;
    }
}
