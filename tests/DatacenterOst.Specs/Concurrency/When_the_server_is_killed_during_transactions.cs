using System.Collections.Concurrent;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Concurrency;

/// <summary>
/// <c>kill -9</c> while a hundred transactions are on their way: each is whole or absent afterwards, and each that was answered is whole.
/// DOST_KILLS sets how often (the documented run: 10; here: 2).
/// </summary>
public sealed class When_the_server_is_killed_during_transactions(PrivatePostgres postgres)
{
    private const int Transactions = 100;
    private const int Entries = 20;
    private const int Senders = 8;

    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("DOST_KILLS"), out var kills) ? kills : 2;

    [Fact]
    public async Task each_transaction_is_whole_or_absent_on_sqlite()
    {
        for (var run = 0; run < Kills; run++)
        {
            using var folder = new TemporaryFolder();
            await KillAndLook(Dost.OnSqlite(folder.Path), run);
        }
    }

    [Fact]
    public async Task each_transaction_is_whole_or_absent_on_postgresql()
    {
        for (var run = 0; run < Kills; run++)
            await KillAndLook(Dost.OnPostgres(await postgres.NewDatabase(TestContext.Current.CancellationToken)), run);
    }

    private static async Task KillAndLook(Dost dost, int run)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var killAfter = new Random(20261122 + run).Next(5, 60);
        var answered = new ConcurrentBag<int>();
        await using (var first = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), cancellationToken))
        {
            var enough = new TaskCompletionSource();
            var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Send(first, sender, answered, () =>
            {
                if (answered.Count >= killAfter)
                    enough.TrySetResult();
            })));
            await Task.WhenAny(enough.Task, sending);
            await first.Kill(cancellationToken);
            await sending;
        }

        Assert.InRange(answered.Count, 1, Transactions);
        await using var second = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), cancellationToken);
        var whole = 0;
        for (var transaction = 0; transaction < Transactions; transaction++)
        {
            using var found = await second.Http.Send("GET", $"Basic?_tag=t{transaction}&_count=1000", null, []);
            Assert.True(found.Status == 200, found.ToString());
            var count = found.Ids().Count;
            Assert.True(count is 0 or Entries, $"transaction {transaction} is there by {count} of {Entries}");
            Assert.True(count == Entries || !answered.Contains(transaction), $"transaction {transaction} was answered and is gone");
            whole += count / Entries;
        }

        Assert.InRange(whole, answered.Count, Transactions);
    }

    private static async Task Send(ServeProcess server, int sender, ConcurrentBag<int> answered, Action progressed)
    {
        for (var transaction = sender; transaction < Transactions; transaction += Senders)
        {
            try
            {
                using var answer = await server.Http.Send("POST", "", Bundle(transaction), []);
                Assert.True(answer.Status == 200, answer.ToString());
                answered.Add(transaction);
                progressed();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // The server was killed; what became of this one is what the test looks at.
                return;
            }
        }
    }

    private static byte[] Bundle(int transaction)
    {
        var entries = Enumerable.Range(0, Entries).Select(_ =>
            $$$"""{"resource":{"resourceType":"Basic","meta":{"tag":[{"code":"t{{{transaction}}}"}]},"code":{"text":"x"}},"request":{"method":"POST","url":"Basic"}}""");
        return System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
    }
}
