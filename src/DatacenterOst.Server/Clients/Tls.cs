using System.Security.Cryptography.X509Certificates;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// The server's own certificate, and the question for a client's. A connection is asked for a certificate when some client is
/// registered with one, and may have none all the same: whether this client needs one is decided when its token says who it is.
/// </summary>
public static class Tls
{
    public static void Use(KestrelServerOptions kestrel, Settings settings, Func<CdsClients> clients)
    {
        if (settings.TlsCertificate is not { } path)
            return;
        var certificate = Load(path, settings.TlsKey);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificate = certificate;
            https.ServerCertificateChain = chain;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;   // by its thumbprint, when the token says whose it is
            https.OnAuthenticate = (_, options) => options.ClientCertificateRequired = clients().AskForCertificates;
        });
    }

    private static X509Certificate2 Load(string path, string? key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(path, key);
        }
        catch (Exception wrong) when (wrong is IOException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            throw new Problem(ProblemKind.Invalid, "The certificate or its private key cannot be read; both are PEM files.", where: "Tls__Certificate, Tls__Key", inner: wrong);
        }
    }
}
