using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Clients;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost client …</c>: which CDS clients may call. A change in the store is taken up by running servers within a second.</summary>
public static class ClientCommand
{
    public static Command Create() => new("client", "Say which CDS clients (EHRs) may call.") { Add(), List(), Remove(), Check() };

    private static Command Add()
    {
        var file = new Argument<string>("file") { Description = "The registration, YAML or JSON; the README shows one." };
        var store = new StoreOptions();
        var command = new Command("add", "Register a client in the store, or change its registration.") { file };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var reasons = new List<string>();
            if (!File.Exists(path))
                throw new Problem(ProblemKind.NotFound, "There is no such file.", where: path);
            if (ClientFiles.ReadDocument(path, reasons) is not { } document)
                return Refused(path, reasons);
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var registered = await Registering.Put(centre, document, Person(), cancellationToken);
            AnsiConsole.Console.WriteLine($"{registered.Client.Id} is registered. {InWords(registered.Client)}");
            if (centre.Clients.Current.All.Count == 1)
                AnsiConsole.Console.WriteLine("It is the first: from now on the CDS service asks everybody for a token, this machine included (Cds__LoopbackWithoutToken=true lets this machine call without).");
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var store = new StoreOptions();
        var command = new Command("list", "The clients that may call, and registrations that are refused.") { json };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var clients = centre.Clients.Current;
            if (parsed.GetValue(json))
                WriteLines(clients);
            else
                Write(clients);
            return Refused(clients.Refused);
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("id") { Description = "Id of a client that is registered in the store." };
        var store = new StoreOptions();
        var command = new Command("remove", "Take a registration back; tokens of the client are refused from then on.") { id };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            await Registering.Remove(centre, parsed.GetRequiredValue(id), Person(), cancellationToken);
            AnsiConsole.Console.WriteLine($"{parsed.GetRequiredValue(id)} is no longer registered.");
            return 0;
        });
        return command;
    }

    private static Command Check()
    {
        var path = new Argument<string>("path") { Description = "A registration, or a folder of them." };
        var command = new Command("check", "Read registrations and say everything that is wrong, without a store.") { path };
        command.SetAction(parsed =>
        {
            var worst = 0;
            foreach (var (file, client, reasons) in ClientFiles.Check(parsed.GetRequiredValue(path)))
            {
                if (client is null)
                    worst = Refused(file, reasons);
                else
                    AnsiConsole.Console.MarkupLine($"[green]ok[/]       {Markup.Escape(client.Id)}: {Markup.Escape(InWords(client))}");
            }

            return worst;
        });
        return command;
    }

    // Who changes a registration is kept with it.
    private static Caller Person() => new($"dost/{Environment.UserName}", Purpose.Operations, "operation of the data centre");

    private static string InWords(CdsClient client)
    {
        var keys = client.Keys.Select(key => key.ToString()).Concat(client.KeySets);
        return $"{client.Name}; tokens of {client.Issuer} signed with {string.Join(" or ", client.Algorithms)} by {string.Join(", ", keys)}.";
    }

    private static int Refused(IReadOnlyList<RefusedClient> refused) => refused.Select(one => Refused(one.Place, one.Reasons)).LastOrDefault();

    private static int Refused(string place, IReadOnlyList<string> reasons)
    {
        AnsiConsole.Console.MarkupLine($"[red]refused[/]  {Markup.Escape(place)}\n         {Markup.Escape(string.Join("\n         ", reasons))}");
        return Root.Rejected;
    }

    private static void Write(CdsClients clients)
    {
        if (clients.All.Count == 0)
            AnsiConsole.Console.WriteLine("No client is registered.");

        // Not through the console's word wrap: an address that is to be copied must stay one line.
        foreach (var (client, place) in clients.All)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                {client.Id}  {client.Name}
                  issuer    {client.Issuer}
                  keys      {string.Join(", ", client.Keys.Select(key => key.ToString()).Concat(client.KeySets))} ({string.Join(" ", client.Algorithms)})
                  answers   profile {client.Profile}, {(client.Services.Count == 0 ? "all services" : string.Join(", ", client.Services))}, {client.Rate.PerSecond} calls/s
                  from      {place ?? "the store"}
                """));
    }

    private static void WriteLines(CdsClients clients)
    {
        foreach (var (client, place) in clients.All)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                id = client.Id,
                name = client.Name,
                issuer = client.Issuer,
                algorithms = client.Algorithms.Select(algorithm => algorithm.ToString()),
                keys = client.Keys.Select(key => key.ToString()),
                jku = client.KeySets,
                place = place ?? "store",
            }));
    }
}
