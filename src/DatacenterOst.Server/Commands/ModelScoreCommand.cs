using System.CommandLine;
using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// <c>dost model score FILE --rows rows.csv [--explain] [--out FILE]</c>: the rows again, each with what the model makes of it. Numbers
/// are written with all the digits they have: read back, in 64 or in the model's own 32 bits, they are the same number.
/// </summary>
internal static class ModelScoreCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "An XGBoost (JSON, UBJ), LightGBM (text) or ONNX file, a linear JSON, or a package: its folder, or the id of a model of this installation." };
        var rows = new Option<string>("--rows") { Description = "CSV with a header: a column for each input, in any order; an empty cell or NaN is missing. - for standard input.", Required = true, HelpName = "FILE" };
        var explain = new Option<bool>("--explain") { Description = "Also write what each input gave to the margin (shap_<input>, shap_bias); they sum to it." };
        var output = new Option<string?>("--out") { Description = "Where to write (default: standard output).", HelpName = "FILE" };
        var command = new Command("score", "Score the rows of a CSV file; writes them with margin, and probability or score.") { model, rows, explain, output };
        var store = new StoreOptions();
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            token => Run(Open(parsed.GetRequiredValue(model), store.Read(parsed)), parsed.GetRequiredValue(rows), parsed.GetValue(explain), parsed.GetValue(output), token), cancellationToken));
        return command;
    }

    private static async Task<int> Run(INumericModel model, string rows, bool explain, string? output, CancellationToken cancellationToken)
    {
        using var reader = Reader(rows);
        var table = new RowTable(reader, rows == "-" ? "standard input" : rows);
        if (output is null)
        {
            await using var standard = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 * 1024);
            await Write(model, table, explain, standard, cancellationToken);
            return 0;
        }

        // Written beside and moved when whole, so that nobody takes the half of a file for all of it.
        var part = output + ".part";
        try
        {
            await using (var file = Writer(part))
                await Write(model, table, explain, file, cancellationToken);
            File.Move(part, output, overwrite: true);
            return 0;
        }
        finally
        {
            if (File.Exists(part)) File.Delete(part);
        }
    }

    // The weights of a package are scored as the file they are, and calibrated as the package is; a package without such a file by its features.
    private static INumericModel Open(string place, Settings settings)
    {
        if (File.Exists(place) || Path.HasExtension(place) && !Directory.Exists(place)) return ModelFile.Open(place);
        var folder = PackageChoice.FolderOf(place, null, settings.Content);
        var terminology = TerminologySnapshot.Load(Path.Combine(settings.Content, "terminology"));
        var package = ModelCatalogue.LoadOne(folder, terminology.FindByKey, settings.Packages());
        return ModelFile.HasWeights(folder) ? new PackageWeights(ModelFile.Open(folder), package) : new PackageRows(package, TimeProvider.System.GetUtcNow());
    }

    private static async Task Write(INumericModel model, RowTable table, bool explain, StreamWriter output, CancellationToken cancellationToken)
    {
        if (!await table.Next(cancellationToken)) throw new Problem(ProblemKind.Invalid, "the file is empty: not even a header is there", table.Place());
        var names = Enumerable.Range(0, table.Count).Select(i => table.Raw(i).ToString()).ToList();
        var columns = new ScoreColumns(model, table);
        if (columns.IsByOrder) await Console.Error.WriteLineAsync($"dost: the model names no inputs; the first {model.Inputs.Count} columns are taken in order.");
        var line = new StringBuilder();
        IReadOnlyList<int>? kept = null;
        while (await table.Next(cancellationToken))
        {
            var (number, contributions) = Result(model, columns, table, explain);
            if (kept is null)
                await output.WriteAsync(Header(columns, names, columns.Written(number.Probability is not null, explain), out kept), cancellationToken);
            line.Clear();
            foreach (var cell in kept) line.Append(table.Raw(cell)).Append(',');
            Append(line, number, contributions);
            await output.WriteAsync(line, cancellationToken);
        }

        if (kept is null) await output.WriteAsync(Header(columns, names, columns.Written(HasProbability(model), explain), out _), cancellationToken);
    }

    private static (ModelNumber Number, Contributions? Contributions) Result(INumericModel model, ScoreColumns columns, RowTable table, bool explain)
    {
        var row = columns.Read(table);
        var explained = false;
        try
        {
            var number = model.Score(row);
            explained = explain;
            return (number, explain ? model.Explain(row) ?? throw new Problem(ProblemKind.Unsupported, "this model has no exact explanation by its inputs; run it without --explain") : null);
        }
        catch (Problem problem) when (explained && problem.Kind == ProblemKind.Unsupported)
        {
            // It is the model's and not the row's.
            throw;
        }
        catch (Problem problem)
        {
            throw columns.Refused(problem, table);
        }
    }

    private static StringBuilder Header(ScoreColumns columns, List<string> names, IReadOnlyList<string> written, out IReadOnlyList<int> kept)
    {
        (kept, var leftOut) = columns.Keep(written);
        if (leftOut.Count > 0) Console.Error.WriteLine($"dost: left out of the rows, because they are written anew: {string.Join(", ", leftOut)}.");
        return new StringBuilder().AppendJoin(',', kept.Select(i => names[i]).Concat(written.Select(Cell))).Append('\n');
    }

    private static void Append(StringBuilder line, ModelNumber number, Contributions? contributions)
    {
        Append(line, number.Margin).Append(',');
        Append(line, number.Probability ?? number.Predicted ?? number.Margin);
        if (contributions is not null)
        {
            foreach (var value in contributions.Values) Append(line.Append(','), value);
            Append(line.Append(','), contributions.Bias);
        }

        line.Append('\n');
    }

    private static StringBuilder Append(StringBuilder line, double number) => double.IsNaN(number) ? line : line.Append(CultureInfo.InvariantCulture, $"{number:R}");

    private static string Cell(string text)
        => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // Without a row there is nothing to tell it by but one of the model's own making.
    private static bool HasProbability(INumericModel model)
    {
        try
        {
            return model.Score(new InputValue[model.Inputs.Count]).Probability is not null;
        }
        catch (Problem)
        {
            return false;
        }
    }

    private static StreamReader Reader(string rows)
    {
        if (rows == "-") return new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        if (!File.Exists(rows)) throw new Problem(ProblemKind.NotFound, "there is no such file", rows);
        try
        {
            return new StreamReader(rows, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Problem(ProblemKind.Invalid, $"cannot be read: {e.Message}", rows, e);
        }
    }

    private static StreamWriter Writer(string path)
    {
        try
        {
            return new StreamWriter(path, append: false, new UTF8Encoding(false), 64 * 1024);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Problem(ProblemKind.Invalid, $"cannot be written: {e.Message}", path, e);
        }
    }
}
