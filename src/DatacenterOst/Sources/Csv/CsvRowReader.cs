using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Csv;

/// <summary>One row whose columns are in place → a record with one fact.</summary>
internal sealed class CsvRowReader(SourceProfile profile, CsvMapping mapping, CsvColumns columns, CsvFields fields)
{
    private readonly FactKind kind = SourceProfiles.KindOf(mapping.Kind) ?? FactKind.Measurement;

    public RawRecord Read(ReadOnlyMemory<byte> bytes, string place)
    {
        if (PatientIdentifiers.Of(mapping.PatientSystem, fields.Text(columns.Patient)) is not { } identifier)
            return Unread.Record(bytes, place, RejectionReasons.PatientMissing, $"the column '{columns.Header[columns.Patient]}', which says who the row is about, is empty");
        var item = new RawItem { Place = place, Facts = [Fact()] };
        return new RawRecord(bytes, place, new RawPatient([identifier], null, DemographicsOf()), [item]);
    }

    private RawFact Fact() => new()
    {
        Kind = kind,
        Codings = Codings(),
        Value = fields.Text(columns.Value),
        Comparator = fields.Text(columns.Comparator)?.Trim(),
        Unit = fields.Text(columns.Unit)?.Trim(),
        ObservedAt = Time(columns.Observed),
        EndedAt = Time(columns.Ended),
        KnownAt = Time(columns.Known),
        Status = fields.Text(columns.Status)?.Trim(),
        // Two tables of one hospital may number their rows alike, so the number belongs to the profile.
        ResultId = fields.Text(columns.ResultId) is { } id ? $"{profile.Id}/{id.Trim()}" : null,
    };

    private IReadOnlyList<Coding> Codings()
    {
        var code = mapping.ConstantCode ?? fields.Text(columns.Code)?.Trim();
        return string.IsNullOrEmpty(code) ? [] : [new Coding(new Code(mapping.CodeSystem, code), fields.Text(columns.Display)?.Trim())];
    }

    private RawTime? Time(int column) =>
        fields.Text(column)?.Trim() is { Length: > 0 } text ? new RawTime(text, TimeFormat.Iso, profile.Zone) : null;

    private Demographics DemographicsOf()
    {
        if (columns is { FamilyName: < 0, GivenNames: < 0, BirthDate: < 0, Sex: < 0 })
            return Demographics.Unknown;
        return new Demographics(
            fields.Text(columns.FamilyName)?.Trim(),
            fields.Text(columns.GivenNames)?.Trim(),
            PatientIdentifiers.BirthDateOf(fields.Text(columns.BirthDate)),
            PatientIdentifiers.SexOf(fields.Text(columns.Sex)));
    }
}
