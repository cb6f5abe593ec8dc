using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>A server with a certificate, reached over https by a public name: on loopback, or on this machine's own network address, which is not loopback.</summary>
public sealed class TlsServer : IAsyncDisposable
{
    public const string Host = "cds.example.org";

    private readonly TemporaryFolder folder;

    private readonly string thumbprint;

    private TlsServer(RunningServer running, TemporaryFolder folder, string thumbprint) => (Running, this.folder, this.thumbprint) = (running, folder, thumbprint);

    public RunningServer Running { get; }

    public IPEndPoint EndPoint => new(IPAddress.Parse(new Uri(Running.Address).Host), new Uri(Running.Address).Port);

    /// <summary>The first address of this machine that is not loopback; null where there is none.</summary>
    public static IPAddress? OwnAddress => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    public static async Task<TlsServer> Start(IPAddress address, Ehr ehr, string more, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        using var certificate = Certificate(Host);
        var (file, key) = (Path.Combine(folder.Path, "cert.pem"), Path.Combine(folder.Path, "key.pem"));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancellationToken);
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), cancellationToken);
        var running = await RunningServer.Start(null, cancellationToken, start: new ServerStart
        {
            With = settings => settings with { PublicUrl = $"https://{Host}", TlsCertificate = file, TlsKey = key },
            Prepare = centre => ClientFolder.Write(centre, ehr.Id, ClientFolder.Yaml(ehr, more)),
            Urls = $"https://{address}:0",
        });
        return new TlsServer(running, folder, certificate.Thumbprint);
    }

    public static X509Certificate2 Certificate(string name, int days = 7)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(days));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A client that finds the public name at the server's address; it trusts this server's certificate, and shows a certificate if it has one.</summary>
    public HttpClient Client(X509Certificate2? shown = null, string scheme = "https")
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(EndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == thumbprint,
                LocalCertificateSelectionCallback = shown is null ? null : (_, _, _, _, _) => shown,
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"{scheme}://{Host}") };
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        folder.Dispose();
    }
}
