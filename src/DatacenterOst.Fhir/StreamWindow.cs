namespace DatacenterOst.Fhir;

/// <summary>A moving window over a stream: bytes are kept until they are dropped.</summary>
internal sealed class StreamWindow(Stream stream)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>The offset in the stream of the first byte kept.</summary>
    public long Offset { get; private set; }

    /// <summary>The line of the first byte kept, from 1.</summary>
    public int Line { get; private set; } = 1;

    public ReadOnlySpan<byte> Kept => buffer.AsSpan(start, end - start);

    public byte[] Copy(int from, int length) => buffer.AsSpan(start + from, length).ToArray();

    /// <summary>Forgets the first bytes.</summary>
    public void Drop(int count)
    {
        Line += buffer.AsSpan(start, count).Count((byte)'\n');
        start += count;
        Offset += count;
    }

    /// <summary>Reads more; false at the end of the stream. The window doubles when what is kept fills it.</summary>
    public async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (end == buffer.Length)
        {
            var target = start == 0 ? new byte[buffer.Length * 2] : buffer;
            Buffer.BlockCopy(buffer, start, target, 0, end - start);
            (buffer, end, start) = (target, end - start, 0);
        }
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        return read > 0;
    }
}
