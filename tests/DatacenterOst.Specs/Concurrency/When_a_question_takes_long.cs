using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using Npgsql;

namespace DatacenterOst.Specs.Concurrency;

/// <summary>
/// Short questions share their way to PostgreSQL. One that takes longer than it should must get its answer all the same, and those that it
/// travelled with get theirs.
/// </summary>
public sealed class When_a_question_takes_long(PrivatePostgres postgres)
{
    private const int Patients = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task it_and_those_that_were_asked_with_it_are_answered()
    {
        var connectionString = await postgres.NewDatabase(Token);
        await using var server = await RunningServer.Start(connectionString, Token);
        for (var patient = 0; patient < Patients; patient++)
            await server.Receive("fhir", $$"""{"resourceType":"Patient","id":"p{{patient}}"}""" + "\n" + Result(patient) + "\n", Token);

        await using var locks = new NpgsqlConnection(connectionString + ";Pooling=false");
        await locks.OpenAsync(Token);
        await using var transaction = await locks.BeginTransactionAsync(Token);
        await using (var take = new NpgsqlCommand("lock table resource in access exclusive mode", locks, transaction))
            await take.ExecuteNonQueryAsync(Token);
        var searches = Enumerable.Range(0, Patients).Select(patient => server.Get($"/fhir/Observation?patient=p{patient}&_sort=-date&_count=10", Token)).ToList();

        // Longer than a question may take where others wait for it.
        await Task.Delay(TimeSpan.FromSeconds(1), Token);
        Assert.DoesNotContain(searches, search => search.IsCompleted);
        await transaction.CommitAsync(Token);
        var found = await Task.WhenAll(searches);
        for (var patient = 0; patient < Patients; patient++)
        {
            var entry = Assert.Single(found[patient].GetProperty("entry").EnumerateArray());
            Assert.Equal($"Patient/p{patient}", entry.GetProperty("resource").GetProperty("subject").GetProperty("reference").GetString());
        }
    }

    private static string Result(int patient) =>
        $$"""{"resourceType":"Observation","id":"o{{patient}}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p{{patient}}"},"effectiveDateTime":"2026-01-01T10:00:00Z"}""";
}
