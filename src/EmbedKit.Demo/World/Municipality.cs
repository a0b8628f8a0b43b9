using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>An invented municipality; its figures lie where those of Colombia's ten most affected cities do.</summary>
internal sealed record Municipality(
    int Number, string Name, int Population, int Elevation, double Infants, double Children, double AfroColombian, double Indian, double WithoutWater,
    float Urban, bool River, float Soil)
{
    internal static readonly string[] Names =
        ["Altavera", "Brisamar", "Campoluz", "Doradal", "Espinela", "Florida Nueva", "Guadalina", "Hatoviejo", "Islarica", "Jardinales"];

    internal string Code => $"{90001 + (1000 * Number)}";

    internal static Municipality Draw(int number, SeededRandom random)
    {
        var elevation = (int)random.Between(20, 1600);
        return new(
            number, Names[number % Names.Length], 1000 * (int)Math.Exp(random.Between(5.5, 7.7)), elevation, random.Between(4.8, 7.8),
            random.Between(11, 17.3),
            Math.Pow(random.NextDouble(), 3) * 14, random.Between(0.05, 0.7), random.Between(0.8, 10), random.Between(0.25, 0.7), random.Chance(0.5),
            random.NextSingle());
    }
}
