using System.Globalization;
using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Specs.Databases;

/// <summary>A clock that stands where it is set.</summary>
public sealed class SetClock : TimeProvider
{
    private DateTimeOffset now = At("2026-03-10 12:00");

    public override DateTimeOffset GetUtcNow() => now;

    public void Set(string instant) => now = At(instant);

    public static DateTimeOffset At(string instant) =>
        DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>An empty store of one kind, and short words to fill it and read it.</summary>
public sealed class TestStore : IAsyncDisposable
{
    public static readonly Concept Creatinine = new(new Code(CodeSystems.Loinc, "14682-9"), "umol/L", "Creatinine");
    public static readonly Concept Cmv = new(new Code(CodeSystems.Loinc, "72493-0"), "[IU]/mL", "CMV DNA");

    private readonly string? folder;

    private TestStore(StoreSettings settings, StoreDatabase database, SetClock clock, string? folder)
    {
        (Settings, Database, Clock, this.folder) = (settings, database, clock, folder);
        Intake = new Intake(database);
        Timeline = new Timeline(database);
        Directory = new PatientDirectory(database);
        Writes = new ResourceWrites(database);
    }

    public StoreSettings Settings { get; }

    public StoreDatabase Database { get; }

    public SetClock Clock { get; }

    public Intake Intake { get; }

    public Timeline Timeline { get; }

    public PatientDirectory Directory { get; }

    public ResourceWrites Writes { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<TestStore> Open(StoreProvider provider, PrivatePostgres postgres)
    {
        var clock = new SetClock();
        var folder = provider == StoreProvider.Sqlite ? System.IO.Directory.CreateTempSubdirectory("dost-spec-").FullName : null;
        var settings = folder is not null ? StoreSettings.Embedded(folder) : StoreSettings.Postgres(await postgres.NewDatabase(Cancelled));
        return new TestStore(settings, await StoreDatabase.Open(settings, clock, Cancelled), clock, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (folder is not null)
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    public static RawPatient Anna { get; } = Person("anna", "Sørensen", "Anna", "1961-05-04", Sex.Female);

    public static RawPatient Person(string number, string? family = null, string? given = null, string? birth = null, Sex sex = Sex.Unknown) => new(
        [new Identifier("urn:test:number", number)], null,
        new Demographics(family, given, birth is null ? null : DateOnly.Parse(birth, CultureInfo.InvariantCulture), sex));

    public static Finding Value(
        string result, decimal value, string observed, string known, FactStatus status = FactStatus.Final, Concept? concept = null, string rule = "test/1") => new(
        FactKind.Measurement, concept ?? Creatinine, new Coding((concept ?? Creatinine).Code), value, Comparator.None, null, null,
        SetClock.At(observed), null, SetClock.At(known), status, result, rule);

    /// <summary>One record with one item for each finding; its bytes say what the findings say.</summary>
    public Arrival Message(RawPatient? patient, params Finding[] findings) => Message(patient, string.Join('\n', findings.Select(finding => finding.ToString())), findings);

    public Arrival Message(RawPatient? patient, string bytes, params Finding[] findings)
    {
        var items = findings.Select((finding, order) =>
            new NormalItem($"OBX[{order + 1}]", [new PlacedFinding($"OBX[{order + 1}]", finding)], null, [])).ToList();
        return new Arrival(
            new NormalRecord(new RawRecord(Encoding.UTF8.GetBytes(bytes), "message 1", patient, []), items), Clock.GetUtcNow());
    }

    /// <summary>An Observation as FHIR JSON, and what normalisation makes of it; no value, no fact.</summary>
    public Arrival Observation(RawPatient patient, string id, decimal? value, string observed, string known, string code = "14682-9")
    {
        var number = value?.ToString(CultureInfo.InvariantCulture);
        var quantity = value is null ? "" : $$""","valueQuantity":{"value":{{number}},"unit":"umol/L"}""";
        var json = $$"""
            {"resourceType":"Observation","id":"{{id}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},"effectiveDateTime":"{{observed.Replace(' ', 'T')}}:00Z"{{quantity}}}
            """;
        var bytes = Encoding.UTF8.GetBytes(json);
        PlacedFinding[] findings = value is null ? [] : [new PlacedFinding("", Value("Observation/" + id, value.Value, observed, known))];
        var item = new NormalItem("entry[1]", findings, Fhir.Resource.ParseJson(bytes), []);
        return new Arrival(new NormalRecord(new RawRecord(bytes, "entry[1]", patient, []), [item]), Clock.GetUtcNow());
    }

    public Task<IReadOnlyList<RecordOutcome>> Receive(params Arrival[] arrivals) => Intake.Write("test", arrivals, Caller.Product, Cancelled);

    public async Task<PatientId> Receive(RawPatient patient, params Finding[] findings) =>
        (await Receive(Message(patient, findings)))[0].Patient;

    public Task<IReadOnlyList<Fact>> Read(PatientId patient, AsOf asOf, string from = "1900-01-01", string to = "2100-01-01", params Concept[] concepts) =>
        Timeline.Read(
            patient, new TimelineQuery([.. concepts.Select(concept => concept.Code)], SetClock.At(from), SetClock.At(to)), asOf, Caller.Product, Cancelled);

    /// <summary>The values that hold, in order, as one reads them: <c>96 104</c>.</summary>
    public async Task<string> Values(PatientId patient, string? known = null, string? stored = null)
    {
        var asOf = new AsOf(known is null ? DateTimeOffset.MaxValue : SetClock.At(known), stored is null ? DateTimeOffset.MaxValue : SetClock.At(stored));
        return string.Join(' ', (await Read(patient, asOf)).Select(fact => fact.Finding.Value?.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>One page of a FHIR search: <c>patient=p1&amp;_count=10</c>.</summary>
    public Task<FoundPage> Search(string type, string query, string? cursor = null)
    {
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).Select(part => KeyValuePair.Create(part[0], part[1]));
        return new ResourceSearch(Database).Find(SearchQuery.Parse([type], parameters, Database.Parameters) with { Cursor = cursor }, Caller.Product, Cancelled);
    }

    /// <summary>Values of the Observations found, in their order: <c>96 104</c>.</summary>
    public static string Shown(FoundPage page) =>
        string.Join(' ', page.Rows.Select(row => Fhir.Resource.ParseJson(row.Resource.Body).Root["value"]["value"].AsDecimal()?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The logical id of a patient's FHIR resource.</summary>
    public async Task<string> IdOf(PatientId patient) => (await Directory.Get(patient, Caller.Product, Cancelled)).FhirId;

    public Task<ResourceWritten> Change(ChangeKind kind, Arrival arrival, int? ifMatch = null) =>
        Writes.Write("api", new ResourceChange(kind, arrival.Record, ifMatch), Caller.Product, Cancelled);
}
