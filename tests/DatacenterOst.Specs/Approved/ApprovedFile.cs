using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Approved;

/// <summary>
/// A file that a person has approved. What is received instead is written beside it (and never committed); when the change is
/// meant, it takes the approved file's place: <c>mv x.received x</c>.
/// </summary>
public static class ApprovedFile
{
    public static void Verify(string name, string received)
    {
        var approved = Path.Combine(Repository.Root, "tests", "DatacenterOst.Specs", "Approved", name);
        var beside = approved + ".received";
        received = received.TrimEnd('\n') + "\n";
        if (File.Exists(approved) && File.ReadAllText(approved) == received)
        {
            File.Delete(beside);
            return;
        }

        File.WriteAllText(beside, received);
        Assert.Fail($"What others depend on has changed.\n  approved: {approved}\n  received: {beside}\nWhen the change is meant, let the received file take the approved one's place.");
    }
}
