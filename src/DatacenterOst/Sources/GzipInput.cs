using System.Buffers.Binary;
using System.IO.Compression;

namespace DatacenterOst.Sources;

/// <summary>
/// A gzip file unpacked forward. The platform's own reader ends silently where a file was cut, which would lose the
/// rest without a word; so the length is checked against the one that gzip writes last (RFC 1952, ISIZE).
/// </summary>
internal sealed class GzipInput : Stream
{
    private readonly GZipStream unpacked;
    private readonly uint expected;
    private uint length;

    public GzipInput(FileStream file)
    {
        Span<byte> size = stackalloc byte[sizeof(uint)];
        if (file.Length > size.Length)
        {
            file.Seek(-size.Length, SeekOrigin.End);
            file.ReadExactly(size);
            file.Seek(0, SeekOrigin.Begin);
        }
        expected = BinaryPrimitives.ReadUInt32LittleEndian(size);
        unpacked = new GZipStream(file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => Checked(buffer.Length, unpacked.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Checked(buffer.Length, await unpacked.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            unpacked.Dispose();
        base.Dispose(disposing);
    }

    private int Checked(int asked, int read)
    {
        length = unchecked(length + (uint)read);
        return read > 0 || asked == 0 || length == expected ? read
            : throw new InvalidDataException("the gzip file was cut, or is several joined to one (unpack those first).");
    }
}
