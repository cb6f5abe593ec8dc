using System.Data.Common;
using System.Text;

namespace DatacenterOst.Server.Http;

/// <summary>
/// A bug as it may be logged: what kind of exception and where, without messages. .NET puts the input into many of them
/// ("The input string '…' was not in a correct format"), and the input is a patient's.
/// </summary>
public static class BugReport
{
    /// <summary>Inner exceptions that are followed.</summary>
    private const int MaxDepth = 8;

    public static string Of(Exception bug)
    {
        var report = new StringBuilder();
        var depth = 0;
        for (var at = bug; at is not null && depth < MaxDepth; at = at.InnerException, depth++)
        {
            report.Append(depth == 0 ? "" : "\n caused by ").Append(at.GetType().FullName);
            if (at is DbException { SqlState: { } state })
                report.Append(" SQLSTATE ").Append(state);
            else if (at is DbException database)
                report.Append(" error ").Append(database.ErrorCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
            report.Append('\n').Append(at.StackTrace);
        }

        return report.ToString();
    }
}
