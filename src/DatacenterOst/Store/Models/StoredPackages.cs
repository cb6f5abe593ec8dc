using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Models;

/// <summary>
/// Deployed packages as they were handed in, packed: nodes of one installation need not share a folder. A package is named by the
/// hash of its content and never changes.
/// </summary>
public sealed class StoredPackages(StoreDatabase database)
{
    /// <summary>Bytes of one package, packed. Tabular models stay far below.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Bytes in one row: what a database hands over without effort.</summary>
    private const int PartBytes = 1024 * 1024;

    /// <summary>Keeps the package; nothing happens when it is kept already.</summary>
    public async Task Keep(string hash, ReadOnlyMemory<byte> zip, CancellationToken cancellationToken)
    {
        if (zip.Length > MaxBytes) throw new Problem(ProblemKind.TooLarge, $"A package has at most {MaxBytes} bytes when it is packed.", where: "package");
        var parts = (zip.Length + PartBytes - 1) / PartBytes;
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        for (var part = 0; part < parts; part++)
        {
            var bytes = zip.Slice(part * PartBytes, Math.Min(PartBytes, zip.Length - (part * PartBytes))).ToArray();
            await transaction.Command(
                "insert into model_package (part, parts, package_hash, bytes) values (@part, @parts, @hash, @bytes) on conflict do nothing",
                ("@part", part), ("@parts", parts), ("@hash", hash), ("@bytes", bytes)).Execute(cancellationToken);
        }

        await transaction.Commit(cancellationToken);
    }

    /// <summary>The package as it was handed in; null when it is not kept.</summary>
    public async Task<byte[]?> Find(string hash, CancellationToken cancellationToken)
    {
        var rows = await database.Dialect.Query(
            "select parts, bytes from model_package where package_hash = @hash order by part limit @limit",
            command => command.With("@hash", hash).With("@limit", (MaxBytes / PartBytes) + 1), row => (Parts: row.GetInt32(0), Bytes: row.Bytes(1)), cancellationToken);
        if (rows.Count == 0 || rows.Count != rows[0].Parts) return null;
        var whole = new byte[rows.Sum(row => row.Bytes.Length)];
        var at = 0;
        foreach (var (_, bytes) in rows)
        {
            bytes.CopyTo(whole, at);
            at += bytes.Length;
        }

        return whole;
    }
}
