using System.CommandLine;
using DatacenterOst.Clinical;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>The <c>dost</c> command line. Results go to standard output, what went wrong to standard error.</summary>
public static class Root
{
    /// <summary>Something was rejected or refused; the good rest was done.</summary>
    public const int Rejected = 1;

    /// <summary>The command could not be carried out at all.</summary>
    public const int Failed = 2;

    public static async Task<int> Invoke(string[] args)
    {
        var root = new RootCommand("Datacenter Øst: clinical data from many systems, normalised, scored and shown as cards.")
        {
            DemoCommand.Create(),
            ServeCommand.Create(),
            IngestCommand.Create(),
            HookCommand.Create(),
            ClientCommand.Create(),
            ModelCommand.Create(),
            StoreCommand.Create(),
            TerminologyCommand.Create(),
            FhirCommand.Create(),
            UnitsCommand.Create(),
            DoctorCommand.Create(),
        };
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Problem problem)
        {
            var where = problem.Where is null ? "" : $"{problem.Where}: ";
            await Console.Error.WriteLineAsync($"dost: {where}{problem.Message}");
            return Failed;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            // A folder that is not there, a file that may not be written: the caller's to mend, so no stack trace.
            await Console.Error.WriteLineAsync($"dost: {wrong.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("dost: stopped.");
            return Failed;
        }
    }

    /// <summary>Messages, progress and pictures of cards; standard error when standard output holds data.</summary>
    public static IAnsiConsole ErrorConsole() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
