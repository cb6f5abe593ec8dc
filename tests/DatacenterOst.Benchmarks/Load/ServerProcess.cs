using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>A server in a process of its own, so that its CPU time and memory can be told from the generator's.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, IPEndPoint address)
    {
        this.process = process;
        Address = address;
    }

    public IPEndPoint Address { get; }

    public int Id => process.Id;

    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <param name="assembly">The dll to start; it must accept <c>--urls</c> and listen there.</param>
    public static async Task<ServerProcess> Start(
        string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(assembly).Concat(["--urls", $"http://{address}"]))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) Console.Error.WriteLine(line.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300 && !process.HasExited; attempt++)
        {
            try
            {
                using var ready = await http.GetAsync(new Uri($"http://{address}/health/ready"), cancellationToken);
                if (ready.StatusCode != HttpStatusCode.ServiceUnavailable) return new ServerProcess(process, address);
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{assembly} did not listen on {address} within 30 s."));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
