namespace DatacenterOst.Fhir;

internal enum BundleStep { NeedMore, Entry, Broken }

/// <summary>
/// Finds the borders of a bundle's entries in bytes that arrive in pieces. It knows strings, braces and brackets, nothing else.
/// </summary>
internal sealed class BundleScanner
{
    // Nesting beyond this is no bundle; each level takes one bit of memory here.
    private const int MaxDepth = 512;
    private readonly bool[] isArray = new bool[MaxDepth];
    private readonly byte[] text = new byte[32];
    private int depth;
    private int textLength;
    private bool inString;
    private bool escaped;
    private bool isName;
    private bool isTypeValue;
    private bool inEntries;
    private bool nextIsEntries;
    private bool skipping;

    public string Problem { get; private set; } = "";
    public int EntryStart { get; private set; } = -1;
    public bool IsTooLarge { get; private set; }
    public bool IsComplete { get; private set; }
    public bool IsBundle { get; private set; }

    /// <summary>True where nothing scanned so far is needed again.</summary>
    public bool CanDrop => EntryStart < 0 || skipping;

    public void EntryDone() => (EntryStart, IsTooLarge, skipping) = (-1, false, false);

    public BundleStep Scan(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (at < bytes.Length)
        {
            if (EntryStart >= 0 && at - EntryStart > BundleReader.MaxEntryBytes) IsTooLarge = skipping = true;
            if (inString) { if (!ScanString(bytes, ref at)) break; continue; }
            var b = bytes[at++];
            if (b == '"')
            {
                if (depth == 2 && inEntries) return Fail("An entry must be an object in { }");
                (inString, textLength) = (true, 0);
            }
            else if (b is (byte)'{' or (byte)'[') { if (!Open(b == '[', at - 1)) return BundleStep.Broken; }
            else if (b is (byte)'}' or (byte)']')
            {
                if (depth == 0 || isArray[depth - 1] != (b == ']')) return Fail("A bracket closes what another opened; the JSON is broken");
                if (Close()) return BundleStep.Entry;
            }
            else if (b == ',') isName = depth == 1;
            else if (b == ':') { }
            else if (b > ' ' && !IsAllowed(b, at)) return Fail(IsComplete ? "There is something after the bundle" : depth == 0 ? "A bundle is a JSON object that begins with {" : "An entry must be an object in { }");
        }
        return BundleStep.NeedMore;
    }

    private BundleStep Fail(string problem)
    {
        Problem = problem;
        return BundleStep.Broken;
    }

    // Outside the bundle only a byte order mark may stand; between entries only commas.
    private bool IsAllowed(byte b, int at) => depth switch { 0 => !IsComplete && at <= 3 && b is 0xEF or 0xBB or 0xBF, 2 => !inEntries, _ => true };

    private bool ScanString(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (escaped)
        {
            (escaped, at) = (false, at + 1);
            return true;
        }
        var length = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
        var run = length < 0 ? bytes[at..] : bytes.Slice(at, length);
        if (depth == 1)
        {
            var part = run[..Math.Min(run.Length, text.Length - textLength)];
            part.CopyTo(text.AsSpan(textLength));
            textLength += part.Length;
        }
        at += run.Length;
        if (length < 0) return false;
        escaped = bytes[at++] == '\\';
        if (!escaped) EndString();
        return true;
    }

    private void EndString()
    {
        inString = false;
        if (depth != 1) return;
        var word = text.AsSpan(0, textLength);
        if (isName) (nextIsEntries, isTypeValue) = (word.SequenceEqual("entry"u8), word.SequenceEqual("resourceType"u8));
        else if (isTypeValue) IsBundle = word.SequenceEqual("Bundle"u8);
        isName = false;
    }

    private bool Open(bool array, int at)
    {
        if (depth == 0 && (array || IsComplete)) { Problem = IsComplete ? "There is something after the bundle" : "A bundle is a JSON object that begins with {"; return false; }
        if (depth == MaxDepth) { Problem = $"The JSON is nested deeper than {MaxDepth} levels"; return false; }
        if (depth == 1) (inEntries, nextIsEntries) = (nextIsEntries && array, false);
        if (depth == 2 && inEntries)
        {
            if (array) { Problem = "An entry must be an object in { }"; return false; }
            EntryStart = at;
        }
        isArray[depth++] = array;
        isName = depth == 1;
        return true;
    }

    private bool Close()
    {
        depth--;
        if (depth == 1) inEntries = false;
        IsComplete |= depth == 0;
        return depth == 2 && inEntries;
    }
}
