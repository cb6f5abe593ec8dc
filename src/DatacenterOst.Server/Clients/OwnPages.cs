using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// Lets the server's own pages call the CDS service where others need a token: a page that is served to this machine sets a cookie
/// of this process, which its calls bring back. It is sent to no other site and readable by no script.
/// </summary>
public sealed class OwnPages
{
    private readonly byte[] secret = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true));

    public void Mark(HttpContext http)
    {
        if (!Reach.IsLocal(http) || http.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) != true)
            return;
        http.Response.Cookies.Append(NameAt(http), Encoding.ASCII.GetString(secret), new CookieOptions
        {
            Path = Reach.Services,
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = http.Request.IsHttps,
            IsEssential = true,
        });
    }

    public bool IsFromOurs(HttpContext http)
        => http.Request.Cookies[NameAt(http)] is { } brought && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(brought), secret);

    // Cookies do not tell ports apart, and two servers may run on one machine.
    private static string NameAt(HttpContext http) => string.Create(CultureInfo.InvariantCulture, $"dost-page-{http.Connection.LocalPort}");
}
