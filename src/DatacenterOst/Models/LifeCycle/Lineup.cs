using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.LifeCycle;

/// <summary>A package and where it stands.</summary>
/// <param name="Share">Of 10,000 patients, for a canary by share.</param>
/// <param name="Units">Wards or organisations, for a canary by unit.</param>
public sealed record StagedPackage(ModelPackage Package, ModelStage Stage, int Share, IReadOnlyList<string> Units)
{
    /// <summary>Whether it answers to people.</summary>
    public bool IsShown => Stage is ModelStage.Active or ModelStage.Canary;
}

/// <summary>
/// The versions of one model that work now: one that answers, at most one that answers for some, and those that score in silence.
/// Which of them answers depends on the patient and the unit alone, so that a patient does not meet two versions in turn.
/// </summary>
public sealed record Lineup(ModelId Model, StagedPackage? Active, StagedPackage? Canary, IReadOnlyList<StagedPackage> Silent)
{
    /// <summary>Each scores every request, beside the one that answers.</summary>
    public const int MaxSilent = 3;

    /// <summary>All that work, the one that answers first.</summary>
    public IReadOnlyList<StagedPackage> All { get; } = [.. new[] { Active, Canary }.OfType<StagedPackage>().Concat(Silent)];

    /// <summary>The one that services are written for.</summary>
    public StagedPackage? Lead => All.Count == 0 ? null : All[0];

    /// <summary>
    /// The version that makes the answer. Where no version answers for the patient, the one that does so in silence: what it says is
    /// kept and not shown. Null when none works.
    /// </summary>
    /// <param name="patient">The client's patient id.</param>
    /// <param name="unit">The ward, the organisation, or the client; asked for only where a canary is by unit.</param>
    public StagedPackage? For(string patient, Func<string> unit)
    {
        if (Canary is { } canary && IsFor(canary, patient, unit)) return canary;
        if (Active is not null) return Active;
        return Silent.Count > 0 ? Silent[0] : Canary is null ? null : Canary with { Stage = ModelStage.Silent };
    }

    /// <summary>Those that score the same request in silence.</summary>
    public IReadOnlyList<StagedPackage> Beside(ModelPackage answering) => [.. All.Where(one => one.Package != answering)];

    private static bool IsFor(StagedPackage canary, string patient, Func<string> unit)
        => canary.Units.Count > 0 ? canary.Units.Contains(unit(), StringComparer.Ordinal) : Place(canary.Package.Id, patient) < canary.Share;

    /// <summary>
    /// A patient's place among 10,000, the same on every node and at any time. A share that grows keeps those who were in it;
    /// another version has others.
    /// </summary>
    public static int Place(PackageId package, string patient)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"canary\0{package.Model}\0{package.Version}\0{patient}"), hash);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(hash) % ModelChange.WholeShare);
    }
}
