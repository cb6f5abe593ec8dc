using System.Runtime.CompilerServices;

namespace DatacenterOst.Fhir;

/// <summary>
/// Reads a Bundle of any size from a stream, one entry at a time, holding one entry in memory. Entries are found by their braces alone,
/// so that an entry that is broken inside does not stop those after it; the caller parses each <see cref="BundleEntry.Resource"/>.
/// </summary>
public static class BundleReader
{
    /// <summary>The largest entry that is returned, in bytes; a larger one is returned without its bytes and with a problem.</summary>
    public const int MaxEntryBytes = 16 * 1024 * 1024;

    /// <summary>
    /// The entries in order. Throws <see cref="FhirFormatException"/> where the stream is not a Bundle or ends too early; the good entries before that point have been returned by then.
    /// </summary>
    public static async IAsyncEnumerable<BundleEntry> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new StreamWindow(stream);
        var scanner = new BundleScanner();
        var (at, number) = (0, 0);
        while (true)
        {
            var step = scanner.Scan(window.Kept, ref at);
            if (step == BundleStep.Broken) throw Fail(window, at, scanner.Problem, number);
            if (step == BundleStep.Entry)
            {
                yield return BundleEntries.Read(window, scanner.EntryStart, at, number++, scanner.IsTooLarge);
                scanner.EntryDone();
            }
            if (step == BundleStep.Entry || scanner.CanDrop)
            {
                window.Drop(at);
                at = 0;
            }
            if (step == BundleStep.NeedMore && !await window.ReadMoreAsync(cancellationToken)) break;
        }
        if (!scanner.IsComplete) throw Fail(window, at, "The bundle ends too early; it was cut off, so send it again", number);
        if (!scanner.IsBundle) throw Fail(window, at, "The resource is not a Bundle; its resourceType must be \"Bundle\"", number);
    }

    private static FhirFormatException Fail(StreamWindow window, int at, string problem, int entries)
    {
        var (line, column) = TextPlace.Of(window.Kept, at);
        return new FhirFormatException($"{problem}, after {entries} entries, byte {window.Offset + at}", window.Line + line - 1, column, $"Bundle.entry[{entries}]");
    }
}
