using System.Globalization;
using System.Text;

namespace DatacenterOst.Models.Batch;

/// <summary>A batch run as CSV (RFC 4180): one line a patient, whoever got a number and whoever did not.</summary>
public static class BatchCsv
{
    public const string Head = "patient,asOf,model,version,hash,score,conclusions,abstained\r\n";

    public static string Line(BatchLine line, PackageId package, DateTimeOffset asOf)
    {
        var text = new StringBuilder(160);
        Cell(text, line.Patient).Append(',');
        Cell(text, asOf.ToString("O", CultureInfo.InvariantCulture)).Append(',');
        Cell(text, package.Model.Value).Append(',');
        Cell(text, package.Version).Append(',');
        Cell(text, package.Hash).Append(',');
        text.Append(line.Estimate.Score?.ToString("R", CultureInfo.InvariantCulture)).Append(',');
        Cell(text, string.Join(' ', line.Estimate.Conclusions)).Append(',');
        Cell(text, string.Join("; ", line.Estimate.Abstentions));
        return text.Append("\r\n").ToString();
    }

    private static StringBuilder Cell(StringBuilder text, string cell)
        => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text.Append(cell) : text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
}
