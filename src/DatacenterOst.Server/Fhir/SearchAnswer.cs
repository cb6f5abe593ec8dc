using System.Text.Json;
using DatacenterOst.Store;
using Microsoft.AspNetCore.Http.Extensions;

namespace DatacenterOst.Server.Fhir;

/// <summary>A page of a search as a Bundle of type searchset (FHIR R4 bundle.html, search.html#3.1.1.3).</summary>
public static class SearchAnswer
{
    /// <param name="id">Logical id of a row.</param>
    public static Task Write<T>(HttpContext http, string type, Page<T> page, Func<T, string> id, Action<Utf8JsonWriter, T> write)
        => FhirAnswers.Write(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "searchset");
            if (page.Total is { } total)
                json.WriteNumber("total", total);
            WriteLinks(json, http, page.Next);
            if (page.Rows.Count > 0)
                WriteEntries(json, http, type, page, id, write);
            json.WriteEndObject();
        });

    private static void WriteEntries<T>(Utf8JsonWriter json, HttpContext http, string type, Page<T> page, Func<T, string> id, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray("entry");
        foreach (var row in page.Rows)
        {
            json.WriteStartObject();
            json.WriteString("fullUrl", $"{FhirAnswers.Base(http)}/{type}/{id(row)}");
            json.WritePropertyName("resource");
            write(json, row);
            json.WriteStartObject("search");
            json.WriteString("mode", "match");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, HttpContext http, string? next)
    {
        json.WriteStartArray("link");
        WriteLink(json, "self", http.Request.GetEncodedUrl());
        if (next is not null)
        {
            var query = new QueryBuilder(http.Request.Query.Where(pair => pair.Key != "_cursor")
                .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")))) { { "_cursor", next } };
            WriteLink(json, "next", $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}{query}");
        }

        json.WriteEndArray();
    }

    private static void WriteLink(Utf8JsonWriter json, string relation, string url)
    {
        json.WriteStartObject();
        json.WriteString("relation", relation);
        json.WriteString("url", url);
        json.WriteEndObject();
    }
}
