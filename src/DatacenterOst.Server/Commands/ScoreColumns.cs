using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Trees;

namespace DatacenterOst.Server.Commands;

/// <summary>Which columns of the rows are the model's inputs, which are written again, and what is written behind them.</summary>
internal sealed class ScoreColumns
{
    private const string Margin = "margin";
    private const string Bias = "shap_bias";

    private readonly INumericModel model;
    private readonly List<string> header;
    private readonly int[] places;
    private readonly InputValue[] row;

    /// <param name="table">Stands on its header.</param>
    public ScoreColumns(INumericModel model, RowTable table)
    {
        this.model = model;
        header = [.. Enumerable.Range(0, table.Count).Select(table.Cell)];
        row = new InputValue[model.Inputs.Count];
        places = [.. model.Inputs.Select(name => header.IndexOf(name))];
        if (Array.TrueForAll(places, place => place < 0) && PlaceNames.Are(model.Inputs)) TakeInOrder(table);
        var missing = model.Inputs.Where((_, i) => places[i] < 0).ToList();
        if (missing.Count > 0)
            throw new Problem(ProblemKind.Invalid, $"there is no column {Quoted(missing)}; the model takes {Quoted(model.Inputs)}. A column may be empty, but must be there", table.Place());
        if (places.FirstOrDefault(place => header.LastIndexOf(header[place]) != header.IndexOf(header[place]), -1) is >= 0 and var twice)
            throw new Problem(ProblemKind.Invalid, "is there twice", table.Place(header[twice]));
    }

    /// <summary>Says that the model names no inputs, so that columns were taken by their order.</summary>
    public bool IsByOrder { get; private set; }

    /// <summary>The inputs of the present row: an empty cell or NaN is missing, what is no number is a word.</summary>
    public ReadOnlySpan<InputValue> Read(RowTable table)
    {
        if (table.Count != header.Count)
            throw new Problem(ProblemKind.Invalid, $"the row has {table.Count} cells, but the header has {header.Count}", table.Place());
        for (var i = 0; i < places.Length; i++)
        {
            var raw = table.Raw(places[i]).Trim();
            if (raw is ['"', _, ..]) raw = raw[1..^1].Trim();
            if (raw.IsEmpty || raw.Equals("nan", StringComparison.OrdinalIgnoreCase))
                row[i] = InputValue.Missing;
            else if (!double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                row[i] = new InputValue(double.NaN, table.Cell(places[i]));
            else if (double.IsInfinity(number))
                throw new Problem(ProblemKind.Invalid, $"'{raw}' is not a finite number; leave the cell empty for a missing value", table.Place(header[places[i]]));
            else
                row[i] = new InputValue(number);
        }

        return row;
    }

    /// <summary>What the model does not take, told with its place.</summary>
    public Problem Refused(Problem problem, RowTable table)
    {
        var at = 0;
        while (at < row.Length && (row[at].Word is null || (problem.Where ?? model.Inputs[at]) != model.Inputs[at])) at++;
        return at == row.Length
            ? new Problem(problem.Kind, problem.Message, table.Place(problem.Where), problem)
            : new Problem(problem.Kind, $"'{row[at].Word}' {problem.Message}; leave the cell empty for a missing value", table.Place(header[places[at]]), problem);
    }

    /// <summary>Names of the columns that are written behind those of the rows.</summary>
    public IReadOnlyList<string> Written(bool hasProbability, bool explain)
        => [Margin, hasProbability ? "probability" : "score", .. explain ? model.Inputs.Select(name => "shap_" + name).Append(Bias) : []];

    /// <summary>The columns of the rows that are kept: all but those whose name is written anew.</summary>
    public (IReadOnlyList<int> Kept, IReadOnlyList<string> LeftOut) Keep(IReadOnlyList<string> written)
    {
        var names = written.ToHashSet(StringComparer.Ordinal);
        return ([.. Enumerable.Range(0, header.Count).Where(i => !names.Contains(header[i]))], [.. header.Where(names.Contains)]);
    }

    private void TakeInOrder(RowTable table)
    {
        if (header.Count < places.Length)
            throw new Problem(ProblemKind.Invalid, $"the model names no inputs and takes {places.Length} columns in order, but there are {header.Count}", table.Place());
        for (var i = 0; i < places.Length; i++) places[i] = i;
        IsByOrder = true;
    }

    private static string Quoted(IEnumerable<string> names)
    {
        // As many as fit a line that people read.
        const int MaxNamed = 20;
        var all = names.ToList();
        return string.Join(", ", all.Take(MaxNamed).Select(name => $"'{name}'")) + (all.Count > MaxNamed ? $" and {all.Count - MaxNamed} more" : "");
    }
}
