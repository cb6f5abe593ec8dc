namespace DatacenterOst.UnitTests;

/// <summary>Sentences about memory or time of the whole process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
