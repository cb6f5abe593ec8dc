namespace DatacenterOst.Sources;

/// <summary>
/// A stream read forward through a buffer that grows to a limit and no further. Damage in the input (a broken gzip,
/// a failing disk) ends the input and is kept as words in <see cref="Failure"/>; it is never an exception.
/// </summary>
internal sealed class InputBuffer(Stream input, int limit)
{
    /// <summary>Bytes asked of the stream at a time; also the first size of the buffer.</summary>
    private const int ChunkSize = 64 * 1024;

    private byte[] buffer = new byte[Math.Min(ChunkSize, limit)];
    private int start;
    private int end;

    public bool Ended { get; private set; }

    public string? Failure { get; private set; }

    /// <summary>Bytes consumed so far: the offset in the input of the first unread byte.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Unread => buffer.AsSpan(start, end - start);

    /// <summary>No more can be had without consuming: the limit is reached.</summary>
    public bool Full => end - start >= limit;

    public void Consume(int count)
    {
        start += count;
        Offset += count;
    }

    /// <summary>Reads at least one byte more; false when the input has ended or the buffer is full.</summary>
    public async ValueTask<bool> More(CancellationToken cancellationToken)
    {
        if (Ended || Full)
            return false;
        MakeRoom();
        var read = await ReadSafely(cancellationToken);
        end += read;
        Ended = read == 0;
        return read > 0;
    }

    private async ValueTask<int> ReadSafely(CancellationToken cancellationToken)
    {
        try
        {
            return await input.ReadAsync(buffer.AsMemory(end), cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Failure = e.Message;
            return 0;
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }
        if (end == buffer.Length)
            Array.Resize(ref buffer, Math.Min(limit, buffer.Length * 2));
    }
}
