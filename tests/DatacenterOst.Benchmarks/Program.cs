using DatacenterOst.Benchmarks.Features;
using DatacenterOst.Benchmarks.Fhir;
using DatacenterOst.Benchmarks.FhirApi;
using DatacenterOst.Benchmarks.Growth;
using DatacenterOst.Benchmarks.Hooks;
using DatacenterOst.Benchmarks.Ingest;
using DatacenterOst.Benchmarks.Kept;
using DatacenterOst.Benchmarks.Load;
using DatacenterOst.Benchmarks.Trees;

// Every figure the README states comes from here:  dotnet run -c Release --project tests/DatacenterOst.Benchmarks -- all
// The comparisons of FHIRPath and of trees want one step before:
//   npm install --prefix artifacts --ignore-scripts fhirpath@5.2.0 onnxruntime-node@1.30.0 && apt-get install libxgboost0
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

switch (args.FirstOrDefault())
{
    case "ingest":
        await IngestBenchmark.Run(stop.Token);
        return 0;
    case "hook":
        await HookBenchmark.Run(stop.Token);
        return 0;
    case "features":
        await FeatureBenchmark.Run(args[1..], stop.Token);
        return 0;
    case "hour":
        // Ten minutes of steady load at its full size, so "all" leaves it out.
        await HospitalHour.Run(args[1..], stop.Token);
        return 0;
    case "fhir":
        await FhirBenchmark.Run(stop.Token);
        return 0;
    case "server":
        await ServerBenchmark.Run(args[1..], stop.Token);
        return 0;
    case "ndjson":
        await IngestRows.Run(args[1..], stop.Token);
        return 0;
    case "growth":
        // Takes the better part of an hour at its full size, so "all" leaves it out.
        await GrowthBenchmark.Run(args[1..], stop.Token);
        return 0;
    case "trees":
        TreesBenchmark.Run(FhirBenchmark.Root());
        return 0;
    case "all":
        await IngestBenchmark.Run(stop.Token);
        await HookBenchmark.Run(stop.Token);
        await FhirBenchmark.Run(stop.Token);
        await ServerBenchmark.Run([], stop.Token);
        TreesBenchmark.Run(FhirBenchmark.Root());
        return 0;
    case "dictionary":
        await DictionaryMaking.Run(args[1], args[2], args[3], stop.Token);
        return 0;
    case "bare":
        // The endpoint that others are compared with; started by the hook benchmark in a process of its own.
        await BareEndpoint.Serve(args[1..], stop.Token);
        return 0;
    case LoadRows.Argument:
        // A new process that loads the definitions once; started by the fhir benchmark.
        LoadRows.Once();
        return 0;
    default:
        Console.Error.WriteLine("Usage: -- ingest | hook | hour [MINUTES] | fhir | server [OBSERVATIONS] | trees | features [STAYS] | growth [MAX] [--store sqlite] | all | dictionary TEXT SYNTHEA.tar.gz OUT    (data sets are found by DOST_SHARED, default ../shared)");
        return 2;
}
