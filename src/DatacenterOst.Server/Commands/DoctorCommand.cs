using System.CommandLine;
using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Clients;
using DatacenterOst.Sources;
using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost doctor</c>: is everything there that serving needs, and does all content load. Exit code 1 when something is ill.</summary>
public static class DoctorCommand
{
    public static Command Create()
    {
        var store = new StoreOptions();
        var command = new Command("doctor", "Check settings, store, terminology, source profiles, models and CDS services.");
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = new Findings(AnsiConsole.Console);
            await Examine(store.Read(parsed), findings, cancellationToken);
            return findings.Ill ? Root.Rejected : 0;
        });
        return command;
    }

    private static async Task Examine(Settings settings, Findings findings, CancellationToken cancellationToken)
    {
        DataCentre centre;
        try
        {
            centre = await DataCentre.Open(settings, TimeProvider.System, cancellationToken);
        }
        catch (Problem problem)
        {
            findings.Bad("store and terminology", problem.Where is null ? problem.Message : $"{problem.Where}: {problem.Message}");
            return;
        }

        await using (centre)
        {
            findings.Try("address", () => Address(settings, centre.Clients.Current));
            findings.Good("store", centre.Store.Provider.ToString());
            findings.Good("terminology", $"{centre.Terminology.Concepts.Count} concepts from {centre.Terminology.Sources.Count} sources, checksums right");
            ExamineContent(centre, findings);
            var rejected = await centre.Rejections.Count(new RejectionFilter(), Caller.Loopback, cancellationToken);
            var byReason = rejected.GroupBy(count => count.Reason).Select(reason => $"{reason.Sum(count => count.Count)} {reason.Key}");
            findings.Good("rejections", rejected.Count == 0 ? "none" : string.Join(", ", byReason));
        }
    }

    private static void ExamineContent(DataCentre centre, Findings findings)
    {
        foreach (var id in SourceProfiles.Ids(centre.Folder("sources")))
            findings.Try($"source {id}", () => centre.Profile(id).Title);
        foreach (var package in centre.Models.Packages)
            findings.Good($"model {package.Id.Model} {package.Id.Version}", $"{package.Kind}, vectors pass, hash {package.Id.Hash[..12]}");
        foreach (var refused in centre.Models.Refused)
            findings.Bad($"model {refused.Folder}", string.Join("; ", refused.Reasons));
        foreach (var service in centre.CdsServices.All)
            ExamineService(centre, service, findings);
        foreach (var refused in centre.CdsServices.Refused)
            findings.Bad($"CDS service {refused.Folder}", string.Join("; ", refused.Reasons));
        ExamineClients(centre.Clients.Current, findings);
    }

    private static string Address(Settings settings, CdsClients clients)
    {
        var reach = Reach.Of(settings, settings.Urls, clients);
        return reach.IsPublic
            ? $"{settings.Urls}, for CDS clients {reach.PublicUrl}; all else answers this machine only"
            : $"{settings.Urls}, loopback only";
    }

    private static void ExamineClients(CdsClients clients, Findings findings)
    {
        if (!clients.Any)
            findings.Good("CDS clients", "none registered; the CDS service answers this machine without a token");
        foreach (var (client, place) in clients.All)
            findings.Good($"CDS client {client.Id}", $"{client.Name}, {string.Join(" ", client.Algorithms)}, {client.Keys.Count} key(s), {client.KeySets.Count} key set(s), from {place ?? "the store"}");
        foreach (var refused in clients.Refused)
            findings.Bad($"CDS client {refused.Place}", string.Join("; ", refused.Reasons));
    }

    private static void ExamineService(DataCentre centre, CdsService service, Findings findings)
    {
        var wrong = centre.Services.Wrong(service);
        if (wrong.Count == 0) findings.Good($"CDS service {service.Id}", string.Join(", ", service.Hooks.Select(hook => hook.Name)));
        else findings.Bad($"CDS service {service.Id}", string.Join("; ", wrong));
    }

    private sealed class Findings(IAnsiConsole console)
    {
        public bool Ill { get; private set; }

        public void Good(string what, string detail) => console.MarkupLine($"[green]ok[/]    {Markup.Escape(what)}: {Markup.Escape(detail)}");

        public void Bad(string what, string detail)
        {
            Ill = true;
            console.MarkupLine($"[red]ill[/]   {Markup.Escape(what)}: {Markup.Escape(detail)}");
        }

        public void Try(string what, Func<string> examine)
        {
            try
            {
                Good(what, examine());
            }
            catch (Problem problem)
            {
                Bad(what, problem.Where is null ? problem.Message : $"{problem.Where}: {problem.Message}");
            }
        }
    }
}
