using System.Net;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Sources.Hl7v2;
using DatacenterOst.Store;

namespace DatacenterOst.Server;

/// <summary>
/// HL7 v2 over MLLP into the store. AA is answered when the message is committed and durable; what could not be understood
/// is kept as a rejection and answered with AE or AR and the reason, so that the sender's operator sees it too.
/// </summary>
public sealed class MllpDoor : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly MllpListener? listener;
    private readonly Task running;

    private MllpDoor(MllpListener? listener)
    {
        this.listener = listener;
        running = listener?.Run(stop.Token) ?? Task.CompletedTask;
    }

    /// <summary>The address that is really listened on; null when there is no port to listen on.</summary>
    public IPEndPoint? EndPoint => listener?.EndPoint;

    public static MllpDoor Open(DataCentre centre, Settings settings, IServiceProvider services)
    {
        if (settings.MllpPort is not { } port)
            return new MllpDoor(null);
        var profile = centre.Profile(settings.MllpProfile);
        if (profile.Format != SourceFormat.Hl7v2)
            throw new Problem(ProblemKind.Invalid, $"'{profile.Id}' is not an HL7 v2 profile, so MLLP cannot use it.", where: "Mllp__Profile");
        var source = new Hl7v2Source(profile);
        var normaliser = centre.Normaliser(profile);
        var options = new MllpOptions { Port = port };
        return new MllpDoor(new MllpListener(
            options, (message, token) => Take(centre, profile, source, normaliser, message, token), centre.Time, services.GetRequiredService<ILogger<MllpListener>>()));
    }

    private static async Task<MllpAnswer> Take(
        DataCentre centre, SourceProfile profile, Hl7v2Source source, Normaliser normaliser, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var arrivedAt = centre.Time.GetUtcNow();
        var arrivals = source.ReadMessage(message).Select(record => new Arrival(normaliser.Normalise(record, arrivedAt), arrivedAt)).ToList();
        var outcomes = await centre.Intake.Write(profile.Id, arrivals, Caller.Product, cancellationToken);
        return MllpAnswer.For([.. outcomes
            .SelectMany(outcome => outcome.Items)
            .SelectMany(item => item.Rejections)
            .Select(rejection => new AckError(rejection.Reason, rejection.Message, rejection.Place))]);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        listener?.Dispose();
        stop.Dispose();
    }
}
