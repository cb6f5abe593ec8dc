namespace DatacenterOst.Server.Http;

/// <summary>What the HTTP side says in logs: never a query string, an identifier or a value.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "A request failed. Trace id {TraceId}. {Bug}")]
    public static partial void RequestFailed(this ILogger log, string traceId, string bug);

    [LoggerMessage(2, LogLevel.Information, "Listening on {Addresses}.")]
    public static partial void Listening(this ILogger log, string addresses);

    [LoggerMessage(3, LogLevel.Debug, "{Service} answered with {Cards} card(s), model {Model} {Version}.")]
    public static partial void HookAnswered(this ILogger log, string service, int cards, string model, string version);

    [LoggerMessage(4, LogLevel.Debug, "{Service} was silent: {Reason}, {Subject}.")]
    public static partial void HookSilent(this ILogger log, string service, string reason, string subject);

    [LoggerMessage(5, LogLevel.Error, "Indexing by added search parameters stopped and will go on. {Bug}")]
    public static partial void IndexingFailed(this ILogger log, string bug);

    [LoggerMessage(6, LogLevel.Warning, "The CDS service {Service} was refused: {Reasons}")]
    public static partial void ServiceRefused(this ILogger log, string service, string reasons);

    [LoggerMessage(7, LogLevel.Information, "CDS services were loaded again: {Serving} serve, {Refused} are refused.")]
    public static partial void ServicesLoaded(this ILogger log, int serving, int refused);
}
