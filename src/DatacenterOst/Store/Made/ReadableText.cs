namespace DatacenterOst.Store.Made;

/// <summary>Texts of other sources as FHIR takes them: without control characters and half surrogates (FHIR R4, 2.24.0.1 string).</summary>
internal static class ReadableText
{
    public static string Of(string text) => string.Create(text.Length, Sql.Storable(text), static (written, text) =>
    {
        for (var place = 0; place < written.Length; place++)
        {
            var letter = place < text.Length ? text[place] : ' ';
            written[place] = char.IsControl(letter) ? ' ' : letter;
        }
    }).Trim();
}
