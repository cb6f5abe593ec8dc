using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>Features of the person instead of the timeline.</summary>
internal static class Person
{
    /// <summary>Completed years on the index time's own calendar day. Someone born on 29 February is a year older on 1 March.</summary>
    public static Aggregate Age(Demographics person, DateTimeOffset indexTime)
    {
        if (person.BirthDate is not { } born) return Aggregate.None(MissingReason.NoFact);

        var today = DateOnly.FromDateTime(indexTime.DateTime);
        var years = today.Year - born.Year;
        if ((today.Month, today.Day).CompareTo((born.Month, born.Day)) < 0) years--;
        return years < 0 ? Aggregate.None(MissingReason.Implausible) : Aggregate.Of(years, null, []);
    }

    public static Aggregate Sex(Demographics person) => person.Sex switch
    {
        Clinical.Sex.Female => Words("female"),
        Clinical.Sex.Male => Words("male"),
        Clinical.Sex.Other => Words("other"),
        _ => Aggregate.None(MissingReason.NoFact),
    };

    private static Aggregate Words(string word) => new(null, null, word, null, [], MissingReason.NotMissing);
}
