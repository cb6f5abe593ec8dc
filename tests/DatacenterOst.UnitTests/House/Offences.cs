namespace DatacenterOst.UnitTests.House;

/// <summary>Says every place that breaks a rule, not only the first.</summary>
public static class Offences
{
    public static void None(IEnumerable<string> offences)
    {
        var all = offences.Distinct().ToList();
        if (all.Count > 0)
            Assert.Fail($"{all.Count} place(s) break this rule:\n  " + string.Join("\n  ", all));
    }
}
