using System.Runtime.CompilerServices;
using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Cards.Ehr;
using DatacenterOst.Cards.Records;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Normalise;
using DatacenterOst.Server.Clients;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using DatacenterOst.Server.Models;
using DatacenterOst.Server.Operations;
using DatacenterOst.Sources;
using DatacenterOst.Store;
using DatacenterOst.Store.Answers;
using DatacenterOst.Store.Clients;
using DatacenterOst.Store.Models;
using DatacenterOst.Store.Search;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server;

/// <summary>
/// The product put together, once, for the command line and for HTTP alike: the open store and the content it works with.
/// </summary>
public sealed class DataCentre : IAsyncDisposable
{
    private readonly HttpClient ehrs = EhrConnections.Open();

    private DataCentre(Settings settings, TimeProvider time, StoreDatabase store, TerminologySnapshot terminology)
    {
        Settings = settings;
        Time = time;
        Store = store;
        Terminology = terminology;
        var models = new ModelsInUse(Folder("models"), settings.Data, ModelStore.Of(store), terminology.FindByKey, settings.Packages());
        Intake = new Intake(store);
        Patients = new PatientDirectory(store);
        Timeline = new Timeline(store);
        Rejections = new Rejections(store);
        Resources = new Resources(store);
        Writes = new ResourceWrites(store);
        History = new ResourceHistory(store);
        Search = new ResourceSearch(store);
        Parameters = new CustomParameters(store);
        Profiles = new StoredProfiles(History, Search);
        Writing = new FhirWriting(terminology, time);
        Ids = new NewIds(time);
        TimeLimit = new TimeLimit(settings.LongestAnswer, time);
        Registrations = new ClientRegistrations(store);
        Clients = new ClientRegistry(settings.ClientFolders, Registrations);
        SeenTokens = new SeenTokens(store);
        var prefetch = new PrefetchReading(Normaliser(PrefetchReading.StandardProfile), PrefetchReading.StandardProfile);
        Services = new ServicesInUse(Folder("cds-hooks"), () => models.Current, new ServiceExamples(() => models.Current, prefetch));
        ModelLife = new ModelLife(models, Services);
        Desk = new HookDesk(() => Models, prefetch, new EhrReading(ehrs), new OwnStore(Patients, Timeline), time);
        AnswerStore = AnswerStore.Of(store);
        AnswerCounts = new AnswerCounts(store);
        Answers = new AnswerDesk(Desk, AnswerStore, new InTime(time, settings.HookBudget), new OpenedCharts(), time);
        SilentScoring = new SilentScoring(Desk, new SilentScores(store), time);
        Feedback = new FeedbackDesk(AnswerStore, time);
        Replay = new Replay(() => Models, () => CdsServices, Timeline, AnswerStore, time);
    }

    public Settings Settings { get; }

    public TimeProvider Time { get; }

    public StoreDatabase Store { get; }

    public TerminologySnapshot Terminology { get; }

    /// <summary>The models that work now: one snapshot, to be taken once for a request.</summary>
    public ModelCatalogue Models => ModelLife.InUse.Current;

    /// <summary>What is done with models while the server runs.</summary>
    public ModelLife ModelLife { get; }

    /// <summary>Versions on trial, which score what was answered.</summary>
    public SilentScoring SilentScoring { get; }

    /// <summary>The CDS services, which change while the server runs.</summary>
    public ServicesInUse Services { get; }

    /// <summary>The CDS services that answer now.</summary>
    public CdsServices CdsServices => Services.Current;

    public Intake Intake { get; }

    public PatientDirectory Patients { get; }

    public Timeline Timeline { get; }

    public Rejections Rejections { get; }

    public Resources Resources { get; }

    public ResourceWrites Writes { get; }

    public ResourceHistory History { get; }

    public ResourceSearch Search { get; }

    /// <summary>Search parameters that were added to HL7's.</summary>
    public CustomParameters Parameters { get; }

    /// <summary>Profiles and value sets that are stored as resources, to validate with.</summary>
    public StoredProfiles Profiles { get; }

    /// <summary>Ids of what is created over the FHIR API.</summary>
    public NewIds Ids { get; }

    /// <summary>Resources on their way in over the FHIR API.</summary>
    public FhirWriting Writing { get; }

    /// <summary>What the server says that it can do.</summary>
    public WrittenStatements Statements { get; } = new();

    /// <summary>How long one answer may take.</summary>
    public TimeLimit TimeLimit { get; }

    /// <summary>CDS clients in use.</summary>
    public ClientRegistry Clients { get; }

    /// <summary>Changes of registrations by API and command line.</summary>
    public ClientRegistrations Registrations { get; }

    /// <summary>Tokens of clients that were used.</summary>
    public SeenTokens SeenTokens { get; }

    /// <summary>Answers CDS Hooks, from prefetch or from the store.</summary>
    public HookDesk Desk { get; }

    /// <summary>Answers CDS Hooks so that each answer is recorded before it is sent.</summary>
    public AnswerDesk Answers { get; }

    /// <summary>What was answered, and feedback about it.</summary>
    public AnswerStore AnswerStore { get; }

    public AnswerCounts AnswerCounts { get; }

    /// <summary>Takes what users did with cards.</summary>
    public FeedbackDesk Feedback { get; }

    /// <summary>Answers again from their records.</summary>
    public Replay Replay { get; }

    public static async Task<DataCentre> Open(Settings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var terminology = TerminologySnapshot.Load(Path.Combine(settings.Content, "terminology"));
        var store = await StoreDatabase.Open(settings.Store(), time, cancellationToken);
        var centre = new DataCentre(settings, time, store, terminology);
        await centre.Parameters.Refresh(cancellationToken);
        await centre.Clients.Refresh(cancellationToken);
        await centre.ModelLife.Refresh(cancellationToken);
        return centre;
    }

    public SourceProfile Profile(string idOrPath) => SourceProfiles.Load(idOrPath, Folder("sources"));

    public Normaliser Normaliser(SourceProfile profile) => new(Terminology, profile);

    /// <summary>
    /// Reads files through their profile into the store, one after the other as one stream; what was committed when it stops
    /// stays. With several files a place says which of them it is in.
    /// </summary>
    public Task<IntakeSummary> Ingest(
        SourceProfile profile, IReadOnlyList<SourceFile> files, IProgress<IntakeProgress>? progress, CancellationToken cancellationToken)
        => Intake.Run(profile.Id, Records(profile, files, cancellationToken), Normaliser(profile).Normalise, Caller.Product, progress, cancellationToken);

    private static async IAsyncEnumerable<RawRecord> Records(
        SourceProfile profile, IReadOnlyList<SourceFile> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = SourceProfiles.SourceOf(profile);
        foreach (var file in files)
        {
            await using var input = file.Open();
            await foreach (var record in source.Read(input, cancellationToken))
                yield return files.Count == 1 ? record : record.In(Path.GetFileName(file.Name));
        }
    }

    public string Folder(string content) => Path.Combine(Settings.Content, content);

    public ValueTask DisposeAsync()
    {
        ehrs.Dispose();
        return Store.DisposeAsync();
    }
}
