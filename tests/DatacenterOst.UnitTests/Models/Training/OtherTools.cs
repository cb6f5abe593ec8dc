using System.Diagnostics;
using System.Globalization;

namespace DatacenterOst.UnitTests.Models.Training;

/// <summary>
/// R and Python as the judges of what we learn: Debian's r-cran-survival, r-cran-mlbench, python3-sklearn and python3-xgboost. A test that needs
/// one that is not here is skipped and says so.
/// </summary>
internal static class OtherTools
{
    private static readonly Lazy<string?> R = new(() => Find(["Rscript"], "-e", "library(survival); library(mlbench)"));

    private static readonly Lazy<string?> Python = new(() => Find(["/usr/bin/python3", "python3"], "-c", "import sklearn, xgboost"));

    public static string RunR(string script)
    {
        Assert.SkipWhen(R.Value is null, "Rscript with the packages survival and mlbench is not here: apt-get install r-base-core r-cran-survival r-cran-mlbench");
        return Run(R.Value!, "-e", script);
    }

    public static string RunPython(string script, params string[] arguments)
    {
        Assert.SkipWhen(Python.Value is null, "python3 with sklearn and xgboost is not here: apt-get install python3-sklearn python3-xgboost");
        return Run(Python.Value!, ["-c", script, .. arguments]);
    }

    public static double[] Numbers(string text)
        => [.. text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    /// <summary>A table with a header and numbers; an empty cell or NA is missing.</summary>
    public static (string[] Names, double[][] Rows) Table(string csv)
    {
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double Cell(string cell) => cell.Trim() is "" or "NA" ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
        return (lines[0].Trim().Split(','), [.. lines.Skip(1).Select(line => Array.ConvertAll(line.Split(','), Cell))]);
    }

    private static string? Find(string[] programs, params string[] trial) => programs.FirstOrDefault(program =>
    {
        try
        {
            Run(program, trial);
            return true;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    });

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(errors.GetAwaiter().GetResult());
    }
}
