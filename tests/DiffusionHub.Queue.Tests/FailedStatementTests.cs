using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

/// <summary>An error is an error of one use: the connection it happened on works on.</summary>
public sealed class FailedStatementTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Statement_works_after_any_of_its_uses_failed(int failing)
    {
        await using var source = QueueDatabase.Open(new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = 1 }.ConnectionString, "tests");
        for (var use = 1; use <= 5; use++)
        {
            var divisor = use == failing ? 0 : 1;
            // As Entity Framework runs its statements, and as the queue does.
            Func<Task<int>>[] ways = [() => PlainAsync(source, divisor), () => QueuedAsync(source, divisor)];
            foreach (var way in ways)
            {
                if (use == failing)
                {
                    (await Should.ThrowAsync<PostgresException>(way)).SqlState.ShouldBe(PostgresErrorCodes.DivisionByZero);
                }
                else
                {
                    (await way()).ShouldBe(10);
                }
            }
        }
    }

    private static async Task<int> PlainAsync(NpgsqlDataSource source, int divisor)
    {
        await using var command = source.CreateCommand("SELECT 10 / $1");
        command.Parameters.Add(Parameters.Of((int?)divisor));
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static Task<int> QueuedAsync(NpgsqlDataSource source, int divisor) => source.RunAsync(
        async connection => (await connection.Command("SELECT 5 * 2 / $1", Parameters.Of((int?)divisor)).ReadAsync(r => r.GetInt32(0), TestContext.Current.CancellationToken))[0],
        repeatable: true,
        TestContext.Current.CancellationToken);
}
