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

    [LoggerMessage(30, LogLevel.Information, "{Loaded} model packages are loaded; {Refused} are refused.")]
    public static partial void ModelsInUse(this ILogger log, int loaded, int refused);

    [LoggerMessage(31, LogLevel.Warning, "The model package {Folder} was refused: {Reasons}")]
    public static partial void ModelRefused(this ILogger log, string folder, string reasons);

    [LoggerMessage(32, LogLevel.Error, "The models were not looked at again and will be. {Bug}")]
    public static partial void ModelUpkeepFailed(this ILogger log, string bug);

    [LoggerMessage(33, LogLevel.Error, "A silent score was not made or not kept. {Bug}")]
    public static partial void SilentScoringFailed(this ILogger log, string bug);

    [LoggerMessage(34, LogLevel.Warning, "Model {Model} {Version}: {Kind}, {Subject}. `dost model report` says more.")]
    public static partial void ModelAlert(this ILogger log, string model, string version, string kind, string subject);

    [LoggerMessage(20, LogLevel.Information, "A token was refused: {Reason}. Client: {Client}.")]
    public static partial void ClientRefused(this ILogger log, string reason, string client);

    [LoggerMessage(21, LogLevel.Information, "{Clients} CDS client(s) may call; {Refused} registration(s) are refused.")]
    public static partial void ClientsInUse(this ILogger log, int clients, int refused);

    [LoggerMessage(22, LogLevel.Warning, "The CDS client registration {Place} is refused: {Reasons}")]
    public static partial void ClientNotRegistered(this ILogger log, string place, string reasons);

    [LoggerMessage(23, LogLevel.Error, "Registrations of CDS clients were not read again and will be. {Bug}")]
    public static partial void ClientUpkeepFailed(this ILogger log, string bug);

    [LoggerMessage(24, LogLevel.Warning, "The store could not be reached for a request. {Bug}")]
    public static partial void StoreAway(this ILogger log, string bug);
}
