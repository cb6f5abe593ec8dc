using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DatacenterOst.Specs.Running;

/// <summary><c>dost serve</c> as an operator runs it: a process that can be killed, and all that it wrote.</summary>
public sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ConcurrentQueue<string> written = new();

    private ServeProcess(Process process, int port)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    /// <summary>Standard output and standard error so far.</summary>
    public string Written => string.Join('\n', written);

    /// <summary>What the process was started with, as the operating system has it (Linux).</summary>
    public string[] Environment => File.ReadAllText($"/proc/{process.Id}/environ").Split('\0');

    /// <summary>Bytes of memory that the process holds.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<ServeProcess> Start(Dost dost, int httpPort, int mllpPort, CancellationToken cancellationToken)
    {
        var process = dost.Start(
            "serve", "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{httpPort}"),
            "--mllp-port", mllpPort.ToString(CultureInfo.InvariantCulture));
        var serving = new ServeProcess(process, httpPort);
        await serving.Ready(cancellationToken);
        return serving;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task Kill(CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill(CancellationToken.None);
        Http.Dispose();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            written.Enqueue(line);
    }

    private async Task Ready(CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            Assert.False(process.HasExited, "dost serve ended:\n" + Written);
            Assert.True(since.Elapsed < MaxStart, "dost serve did not answer in time:\n" + Written);
            try
            {
                using var answer = await Http.GetAsync("/health/ready", cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, cancellationToken);
        }
    }
}
