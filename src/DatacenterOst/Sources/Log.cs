using System.Net;
using Microsoft.Extensions.Logging;

namespace DatacenterOst.Sources;

/// <summary>What this folder logs: never a message's content, never an exception's words, which may quote it.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "MLLP listens on {EndPoint}")]
    public static partial void MllpListens(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Warning, "MLLP turned a connection away: {Limit} are open, which is the limit")]
    public static partial void MllpFull(ILogger logger, int limit);

    [LoggerMessage(3, LogLevel.Error, "A message was not stored and was answered AE: {Fault}")]
    public static partial void MllpNotStored(ILogger logger, string fault);

    [LoggerMessage(4, LogLevel.Information, "An MLLP connection ended: {Cause}")]
    public static partial void MllpEnded(ILogger logger, string cause);

    [LoggerMessage(5, LogLevel.Error, "MLLP cannot accept connections at present: {Fault}")]
    public static partial void MllpCannotAccept(ILogger logger, string fault);
}
