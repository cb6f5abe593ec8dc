using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace DatacenterOst.Store.Schema;

/// <summary>Owns the migrations. Rows are read and written by SQL elsewhere in this folder, never through this context.</summary>
public sealed class StoreContext(DbContextOptions<StoreContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => DescribeTables(modelBuilder);

    internal static void DescribeTables(ModelBuilder model)
    {
        foreach (var table in StoreTables.All)
        {
            model.SharedTypeEntity<Dictionary<string, object>>(table.Name, entity =>
            {
                entity.ToTable(table.Name);
                foreach (var column in table.Columns)
                {
                    entity.IndexerProperty(Clr(column.Type, column.IsNullable), column.Name)
                        .HasColumnName(column.Name).IsRequired(!column.IsNullable).ValueGeneratedNever();
                }

                entity.HasKey([.. table.Key]);
            });
        }
    }

    private static Type Clr(ColumnType type, bool isNullable) => type switch
    {
        ColumnType.Long => isNullable ? typeof(long?) : typeof(long),
        ColumnType.Int => isNullable ? typeof(int?) : typeof(int),
        ColumnType.Short => isNullable ? typeof(short?) : typeof(short),
        ColumnType.Real => isNullable ? typeof(double?) : typeof(double),
        ColumnType.Text => typeof(string),
        ColumnType.Blob or ColumnType.Longs => typeof(byte[]),
        ColumnType.Uuid => typeof(Guid),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}

/// <summary>
/// The migrations are written by hand, so the snapshot has nothing of its own to say: that the schema which they make
/// is the declared one is shown by a test on the real schema of both stores.
/// </summary>
[DbContext(typeof(StoreContext))]
public sealed class StoreSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder) => StoreContext.DescribeTables(modelBuilder);
}
