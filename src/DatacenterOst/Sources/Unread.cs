namespace DatacenterOst.Sources;

/// <summary>Records for what could not be read: one item, one problem, the bytes kept.</summary>
internal static class Unread
{
    public static RawRecord Record(ReadOnlyMemory<byte> bytes, string place, string reason, string message, RawPatient? patient = null) =>
        new(bytes, place, patient, [Item(place, reason, message)]);

    public static RawItem Item(string place, string reason, string message) =>
        new() { Place = place, Problem = new RawProblem(reason, message) };
}
