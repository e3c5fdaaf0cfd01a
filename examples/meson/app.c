/* Stands for the app whose models the gate checks. */
int main(void)
{
    return 0;
}
