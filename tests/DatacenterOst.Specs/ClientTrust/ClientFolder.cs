using System.Text;
using DatacenterOst.Server;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>Registrations in the files of a server's data folder.</summary>
public static class ClientFolder
{
    public static string Write(DataCentre centre, string id, string yaml)
    {
        var folder = Directory.CreateDirectory(Path.Combine(centre.Settings.Data, "clients")).FullName;
        var file = Path.Combine(folder, id + ".yaml");
        File.WriteAllText(file, yaml, Encoding.UTF8);
        return file;
    }

    /// <summary>A registration of this EHR, as a person would write it.</summary>
    public static string Yaml(Ehr ehr, string more = "") => $"""
        id: {ehr.Id}
        name: EHR {ehr.Id}
        issuer: {ehr.Issuer}
        jwks: {ehr.KeySet("ES384", "RS384").ToJsonString()}
        {more}
        """;
}
