using System.Net;
using System.Text;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>Whole requests of FHIR as bytes, made before the clock starts.</summary>
public static class Http11
{
    public static byte[] Get(IPEndPoint server, string path)
        => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server}\r\nAccept: application/fhir+json\r\n\r\n");

    public static byte[] Post(IPEndPoint server, string path, byte[] body)
        => [.. Encoding.ASCII.GetBytes(Fhir.Table.Text(
            $"POST {path} HTTP/1.1\r\nHost: {server}\r\nAccept: application/fhir+json\r\nContent-Type: application/fhir+json\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];

    public static byte[] Post(IPEndPoint server, string path, string body) => Post(server, path, Encoding.UTF8.GetBytes(body));
}
