using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// The runtime of a server. What lives for weeks is worth compiling again by how it is used (dynamic PGO), and collects its garbage beside its work, so that no answer waits
/// for that; a command that ends within a minute would only pay for both (figures in DECISIONS 53 and 73). The runtime reads these settings when it starts, from a file that
/// all commands share or from the environment: so <c>dost serve</c> begins again with them, as the same process. What an operator has set stays.
/// </summary>
internal static partial class ServerRuntime
{
    private static readonly string[] Settings = ["DOTNET_TieredPGO", "DOTNET_gcConcurrent"];

    /// <summary>Does not return where the process begins again; where that cannot be, the server runs as it is.</summary>
    public static void Begin()
    {
        var open = Settings.Where(setting => Environment.GetEnvironmentVariable(setting) is null).ToList();
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program || open.Count == 0) return;
        try
        {
            Again(program, open);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // No /proc, or no folder for temporary files: nothing that a server needs.
        }
    }

    private static void Again(string program, IEnumerable<string> open)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}");
        var arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline"))[..^1].Split('\0');

        // The socket that dotnet-trace and its like come by has the number of the process, and is bound anew.
        foreach (var left in Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{Environment.ProcessId}-*")) File.Delete(left);
        _ = Execute(program, [.. arguments, null], [.. variables, .. open.Select(setting => setting + "=1"), null]);
    }

    // execve(2): the lists end with null.
    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string program, string?[] arguments, string?[] environment);
}
