using System.Text;

namespace DatacenterOst.Fhir.Definitions;

/// <summary>Reads the embedded tab separated files that <c>generate/generate.mjs</c> makes.</summary>
internal static class DefinitionFile
{
    public static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(DefinitionFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded file {name} is missing; build the project again.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line.Split('\t');
        }
    }
}
