namespace DatacenterOst.Sources;

/// <summary>
/// One format of input. Reads a stream forward with bounded memory and never throws on bad input: what cannot be read
/// is an item with a problem, and the good rest of the stream still arrives.
/// </summary>
public interface ISource
{
    IAsyncEnumerable<RawRecord> Read(Stream input, CancellationToken cancellationToken);

    /// <summary>The same record read again from what was kept of it, with the profile of now.</summary>
    IAsyncEnumerable<RawRecord> ReadAgain(EarlierRecord kept, CancellationToken cancellationToken);
}
