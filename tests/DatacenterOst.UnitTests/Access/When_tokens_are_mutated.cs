using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DatacenterOst.Access.Clients;

namespace DatacenterOst.UnitTests.Access;

/// <summary>Whatever stands where a token should: it is refused, never believed, and never a failure of the server.</summary>
public sealed class When_tokens_are_mutated
{
    private const string Issuer = "https://ehr.example.org/";
    private const string Audience = "https://cds.example.org/cds-services";

    // DOST_FUZZ makes a longer run.
    private static readonly int Inputs = Environment.GetEnvironmentVariable("DOST_FUZZ") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 20_000;

    private static readonly string[] Pieces =
    [
        "\"", "{", "}", "[", "]", ",", ":", "null", "\\ud800", "\\u0000", "1e400", "-1", "9999999999999999999999", "\"JWT\"", "\"none\"", "\"HS384\"", "\"RS384\"", "\"PS384\"", "\"ES384\"",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", "\"kid\":\"rsa\",", "\"jku\":\"https://127.0.0.1:1/\",", "\"crit\":[],", "\"iss\":7,", "é", "\uFEFF", " ",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task none_is_believed_and_none_breaks_the_check()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var clients = CdsClients.Of([new RegisteredClient(Client(curve, rsa), null)], []);
        var check = new TokenCheck(new KeySets((_, _) => Task.FromResult<ReadOnlyMemory<byte>?>(null), TimeProvider.System), TimeProvider.System, TokenRules.Standard);
        var good = Good(curve);
        Assert.NotNull((await check.Check(good, clients, [Audience], Token)).Token);
        var random = new Random(20261122);
        var refusals = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var input = 0; input < Inputs; input++)
        {
            var text = Mutated(good, random, curve, out var isSigned);
            var verdict = await check.Check(text, clients, [Audience], Token);
            if (verdict.Token is not null)
                Assert.True(isSigned || SamePlaintext(text, good), $"A token was believed that its owner did not sign: {text}");
            else
                refusals[verdict.Refusal!] = refusals.GetValueOrDefault(verdict.Refusal!) + 1;
        }

        // The mutations reach the stages of the check, and do not all fail at the door.
        Assert.Superset(
            new HashSet<string> { TokenRefusals.Malformed, TokenRefusals.Algorithm, TokenRefusals.Signature, TokenRefusals.Issuer, TokenRefusals.Type, TokenRefusals.Audience, TokenRefusals.Expired },
            refusals.Keys.ToHashSet());
    }

    [Fact]
    public void no_key_set_breaks_its_reading()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var good = KeySet(curve, rsa);
        var random = new Random(1122);
        for (var input = 0; input < Inputs / 4; input++)
        {
            var text = Spoilt(good, random);
            _ = KeySetReading.Read(Encoding.UTF8.GetBytes(text));
            _ = ClientDocument.Read(Encoding.UTF8.GetBytes($$"""{"id":"x","name":"x","issuer":"x","jwks":{{text}}}"""), [])?.Check([]);
        }
    }

    private static string Mutated(string good, Random random, ECDsa curve, out bool isSigned)
    {
        isSigned = random.Next(3) == 0;
        var parts = good.Split('.');
        if (random.Next(3) > 0)
            parts[0] = Encoded(Spoilt(Decoded(parts[0]), random));
        if (random.Next(3) > 0)
            parts[1] = Encoded(Spoilt(Decoded(parts[1]), random));
        if (isSigned)
            return $"{parts[0]}.{parts[1]}.{Sign(curve, $"{parts[0]}.{parts[1]}")}";
        return random.Next(3) switch
        {
            0 => string.Join('.', parts),
            1 => Spoilt(string.Join('.', parts), random),
            _ => $"{parts[0]}.{parts[1]}.{Encoded(Spoilt(parts[2], random))}",
        };
    }

    private static string Spoilt(string text, Random random)
    {
        for (var change = random.Next(1, 4); change > 0 && text.Length > 0; change--)
        {
            var at = random.Next(text.Length);
            text = random.Next(5) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at)),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text[..at] + (char)random.Next(1, 256) + text[(at + 1)..],
                3 => text.Replace(Word(text, random), Pieces[random.Next(Pieces.Length)], StringComparison.Ordinal),
                _ => random.Next(40) == 0 ? text + new string('A', 10_000) : text[..at] + text[at..] + text[at..],
            };
        }

        return text;
    }

    private static string Word(string text, Random random)
    {
        var words = text.Split('"', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "x" : $"\"{words[random.Next(words.Length)]}\"";
    }

    // Blanks at the end of base64 or of a signature may be mutated without changing what was signed.
    private static bool SamePlaintext(string text, string good) => text.Split('.').Take(2).SequenceEqual(good.Split('.').Take(2));

    private static string Good(ECDsa curve)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signed = string.Create(CultureInfo.InvariantCulture, $"{Encoded("""{"alg":"ES384","typ":"JWT","kid":"p384"}""")}.{Encoded($$"""{"iss":"{{Issuer}}","aud":"{{Audience}}","iat":{{now}},"exp":{{now + 3_000}},"nbf":{{now}},"jti":"1","tenant":"t"}""")}");
        return $"{signed}.{Sign(curve, signed)}";
    }

    private static string Sign(ECDsa curve, string signed)
        => Base64Url.EncodeToString(curve.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Decoded(string text) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));

    private static string KeySet(ECDsa curve, RSA rsa)
    {
        var (point, modulus) = (curve.ExportParameters(false).Q, rsa.ExportParameters(false));
        return $$"""
            {"keys":[{"kty":"EC","kid":"p384","crv":"P-384","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"},
            {"kty":"RSA","kid":"rsa","n":"{{Base64Url.EncodeToString(modulus.Modulus)}}","e":"AQAB"}]}
            """;
    }

    private static CdsClient Client(ECDsa curve, RSA rsa)
    {
        var reasons = new List<string>();
        var document = new ClientDocument
        {
            Id = "ehr",
            Name = "EHR",
            Issuer = Issuer,
            Jwks = JsonDocument.Parse(KeySet(curve, rsa)).RootElement,
            Jku = ["https://127.0.0.1:1/"],
            Algorithms = ["ES384", "RS384", "PS384"],
        };
        return document.Check(reasons) ?? throw new InvalidOperationException(string.Join("; ", reasons));
    }
}
