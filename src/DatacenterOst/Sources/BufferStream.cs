namespace DatacenterOst.Sources;

/// <summary>The rest of an <see cref="InputBuffer"/>, whose beginning has been looked at, as a stream that only reads forward.</summary>
internal sealed class BufferStream(InputBuffer buffer) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (buffer.Unread.IsEmpty)
            await buffer.More(cancellationToken);
        var count = Math.Min(destination.Length, buffer.Unread.Length);
        buffer.Unread[..count].CopyTo(destination.Span);
        buffer.Consume(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] destination, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(destination.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] destination, int offset, int count) => throw new NotSupportedException("this stream is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();
}
