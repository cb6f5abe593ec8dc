using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

/// <summary>What the tools of the command line answer to input that is wrong: one line with its place on standard error, exit code 1.</summary>
internal static class Refusal
{
    /// <summary>Runs a verb; a caller's mistake becomes its message.</summary>
    public static async Task<int> OrResult(Func<CancellationToken, Task<int>> verb, CancellationToken cancellationToken)
    {
        try
        {
            return await verb(cancellationToken);
        }
        catch (Problem problem)
        {
            Tell(problem);
            return Root.Rejected;
        }
    }

    public static void Tell(Problem problem)
        => Console.Error.WriteLine($"dost: {(problem.Where is null ? "" : problem.Where + ": ")}{problem.Message}");

    /// <summary>Bytes that are not FHIR; <paramref name="firstLine"/> and <paramref name="before"/> say where in the file they began.</summary>
    public static Problem Of(FhirFormatException e, string file, int firstLine = 1, int before = 0)
    {
        var column = e.Line == 1 && before < 0 ? 0 : e.Line == 1 ? e.Column + before : e.Column;
        return new Problem(ProblemKind.Invalid, e.Problem.Length > 0 ? e.Problem : e.Message, Place(file, e.Line + firstLine - 1, column, e.Path), e);
    }

    /// <summary><c>file:line:column: FHIRPath</c>, as far as it is known.</summary>
    public static string Place(string file, int line, int column, string path)
    {
        var place = file;
        if (line > 0)
            place += string.Create(CultureInfo.InvariantCulture, $":{line}");
        if (line > 0 && column > 0)
            place += string.Create(CultureInfo.InvariantCulture, $":{column}");
        return path.Length > 0 ? $"{place}: {path}" : place;
    }
}
